"""Cells in which a watcher that meddles would show; each group's name ends the sentence "watching leaves … alone"."""

from __future__ import annotations

import textwrap

SETUP = """
import collections, copy, functools, gc, hashlib, inspect, io, os, pickle, random, sys, threading, traceback, warnings, weakref
import joblib
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.datasets import load_wine
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
wine = load_wine(as_frame=True).frame
X, y = wine.drop(columns="target"), wine["target"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""

TRAPS = {
    "outputs and reprs": [
        "model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))\nmodel.fit(X_train, y_train)",
        "print(model, accuracy_score(y_test, model.predict(X_test)))\nX_test.head(2)",
        "forest = RandomForestClassifier(5, random_state=0).fit(X_train, y_train)\nsorted(vars(forest))",
    ],
    "signatures, code and source": [
        "print(inspect.signature(LogisticRegression.fit), LogisticRegression.fit.__qualname__, LogisticRegression.fit.__module__)",
        "print(hashlib.sha256(LogisticRegression.fit.__wrapped__.__code__.co_code).hexdigest(), train_test_split.__code__.co_firstlineno)",
        "print(inspect.getsource(pd.read_csv)[:200], type(open), open.__name__, type(print))",
        "print([frame.function for frame in inspect.stack()][:2])",
    ],
    "clones and copies": [
        "twin = clone(model); twin",
        "print(joblib.hash(model) == joblib.hash(copy.deepcopy(model)), joblib.hash(clone(model)), joblib.hash(model))",
        "print(model.get_params(deep=False)['memory'], sorted(vars(model.named_steps['logisticregression'])))",
    ],
    "pickles": [
        "print(hashlib.sha256(pickle.dumps(model)).hexdigest(), len(pickle.dumps(forest)))",
        "joblib.dump(model, 'm.joblib'); print(hashlib.sha256(open('m.joblib', 'rb').read()).hexdigest())",
        "with open('m.pkl', 'wb') as file:\n    pickle.dump(obj=model, file=file)\nprint(os.path.getsize('m.pkl'))",
    ],
    "tracebacks": [
        "model.fit(X_train, y_test)",
        "try:\n    model.fit(X_train, y_test)\nexcept ValueError:\n    print(traceback.format_exc())",
        "pd.read_csv('nowhere.csv')",
        "def outer(m):\n    return m.predict(X_test.iloc[:, :3])\nouter(model)",
        "%xmode Verbose",
        "outer(model)",
        "%xmode Context",
        "print(sys.last_type.__name__)",
        "def (",
        "1/0",
    ],
    "warnings": [
        "SGDClassifier(max_iter=2, random_state=0).fit(X_train, y_train)",
        "for _ in range(3):\n    SGDClassifier(max_iter=2, random_state=0).fit(X_train, y_train)",
        "with warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    model.predict(X_test.values)\nprint([str(one.message) for one in seen])",
        "print(len(warnings.filters), warnings.filters[:2])",
        "frame = X_train.copy()\nframe['alcohol'].fillna(0, inplace=True)\nframe['alcohol'][0] = 1.0",
        "X_train.iloc[:5]['hue'].replace(1, 2, inplace=True)",
        "warnings.simplefilter('error')\ntry:\n    SGDClassifier(max_iter=2, random_state=0).fit(X_train, y_train)\nexcept Exception as error:\n    print(type(error).__name__)\nwarnings.resetwarnings(); warnings.simplefilter('default')",
        "def leak():\n    open('m.pkl', 'rb')\nleak()",
    ],
    "the state of chance": [
        "random.seed(1); np.random.seed(2)\nRandomForestClassifier(3).fit(X_train, y_train).predict(X_test).sum()",
        "train_test_split(X, y)[0].index[:5].tolist(), random.random(), np.random.rand()",
        "print(hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest(), hashlib.sha256(repr(random.getstate()).encode()).hexdigest())",
        "generator = np.random.RandomState(3)\nfor m in (RandomForestClassifier(2, random_state=generator), SGDClassifier(random_state=generator, warm_start=True)):\n    m.fit(X_train, y_train)\nprint(generator.rand(), X.sample(2, random_state=generator).index.tolist())",
    ],
    "classes of the notebook that tell when they are touched": [
        """
        class Loud(ClassifierMixin, BaseEstimator):
            def fit(self, X, y):
                self.classes_ = np.unique(y)
                return self
            def predict(self, X):
                return np.zeros(len(X), int)
            def __getstate__(self):
                print("getstate"); return super().__getstate__()
            def __setstate__(self, state):
                print("setstate"); super().__setstate__(state)
            def __copy__(self):
                print("copy"); return super().__copy__()
            def __deepcopy__(self, memo):
                print("deepcopy"); return self
            def __len__(self):
                print("len"); return 1
            def __eq__(self, other):
                print("eq"); return True
            def __hash__(self):
                print("hash"); return 1
            def __bool__(self):
                print("bool"); return True
            @property
            def shape(self):
                print("shape"); return (3,)
            @property
            def nbytes(self):
                print("nbytes"); return 3
            @property
            def coef_(self):
                print("coef_"); return 3
        loud = Loud().fit(X_train, y_train)
        """,
        "loud.predict(X_test).sum()",
        "loud.partial_fit = loud.fit\nloud.fit(X_train, y_train).score(X_test, y_test)",
        """
        class Cell:
            def __init__(self, n): self.n = n
            def __repr__(self): print("repr"); return f"Cell({self.n})"
            def __str__(self): print("str"); return "cell"
            def __eq__(self, other): print("eq"); return isinstance(other, Cell)
            def __hash__(self): return 3
            def __float__(self): print("float"); return 1.0
            def __len__(self): print("len"); return 1
            def __iter__(self): print("iter"); return iter(())
            def __getattr__(self, name):
                print("getattr", name); raise AttributeError(name)
        objects = np.array([Cell(1), Cell(2)] * 40, dtype=object)
        train_test_split(objects, list(objects), random_state=0)[0].shape
        """,
        "train_test_split([Cell(3)] * 20, random_state=0)[0][0].n\nodd = {'cell': Cell(4), Cell(5): 1}",
        "FunctionTransformer(lambda X: X).fit_transform(pd.DataFrame({'a': objects})).shape",
        "odd['cell'].n, objects[0].n",
        """
        class DataFrame(list):
            @property
            def columns(self): print("columns"); return ["a"]
        class Series:
            name, shape = "a", (80,)
            def copy(self, deep=True): print("copy"); return self
        class Bunch(dict):
            def __len__(self): print("len"); return 0
            def copy(self): print("copy"); return self
        Series.__module__ = "pandas_like"
        mine = DataFrame([1] * 80)
        train_test_split(mine, random_state=0)[0][:3]
        """,
        "odd_names = (Series(), Bunch(), DataFrame())\nmine.append(3)\nodd_names[0].shape",
        """
        class Quiet(dict):
            def items(self): print("items"); return super().items()
            def values(self): print("values"); return super().values()
            def __iter__(self): print("iter"); return super().__iter__()
        quiet = Quiet(a=model)
        joblib.dump(quiet, "quiet.joblib")
        """,
        "len(joblib.load('quiet.joblib').keys())",
    ],
    "the life of objects": [
        "short = LogisticRegression(max_iter=200).fit(X_train, y_train)\nseen = weakref.ref(short)\ndel short\nseen() is None",
        "frame = X_train.copy(); seen = weakref.ref(frame)\nStandardScaler().fit(frame)\ndel frame\nseen() is None",
        "array = X_train.values.copy(); seen = weakref.ref(array)\nRandomForestClassifier(2).fit(array, y_train).predict(array)\ndel array\nseen() is None",
        "open('left.txt', 'w').write('one')\nopen('left.txt').read()",
        """
        class Noisy:
            def __del__(self): print("gone")
        class Holds(BaseEstimator):
            def fit(self, X, y=None): return self
            def transform(self, X): return X
        def use():
            noisy = Noisy()
            Holds().fit([noisy] * 3)
            Holds().fit((noisy, noisy))
            Holds().fit({"noisy": noisy})
            print("left")
        use()
        print("after")
        """,
        """
        def fail():
            noisy = Noisy()
            try:
                Holds().fit()
            except TypeError:
                pass
            try:
                LogisticRegression().fit(X_train, [noisy])
            except Exception as error:
                print(type(error).__name__)
        fail()
        print("after")
        """,
        "counted = LogisticRegression(max_iter=200).fit(X_train[:20], y_train[:20])\nwith open('c.pkl', 'wb') as file: pickle.dump(counted, file)\njoblib.dump([counted], 'c.joblib')",
        "print(gc.isenabled(), sys.getrefcount(counted), sys.getrefcount(X_train))",
    ],
    "names, history and counts": [
        "print(sorted(name for name in dir() if name != 'exit'))",
        "print(len(In), sorted(Out)[-3:], _i[:20], __name__)",
        "%who_ls function",
        "%history -l 2",
        "_ = 5\n_",
        "sorted(globals()) == sorted(get_ipython().user_ns)",
    ],
    "the interpreter": [
        "print(sys.gettrace(), sys.getrecursionlimit(), sys.getswitchinterval(), threading.active_count(), os.getcwd() == os.path.abspath('.'))",
        "print(sorted(os.environ)[:3], sys.stdout.__class__.__name__, len(sys.path), sys.displayhook.__class__.__name__)",
        "print(pd.options.mode.copy_on_write, np.geterr(), pd.get_option('display.max_rows'))",
        "sys.getprofile() if sys.version_info >= (3, 12) else None",
    ],
    "workers": [
        "cross_val_score(GradientBoostingClassifier(n_estimators=3, random_state=0), X, y, cv=3, n_jobs=-1).round(6)",
        """
        class Mine(ClassifierMixin, BaseEstimator):
            def __init__(self, shift=0): self.shift = shift
            def fit(self, X, y):
                self.classes_ = np.unique(y); return self
            def predict(self, X):
                return np.full(len(X), self.shift)
        def mine(y, p): return float((y == p).mean())
        search = GridSearchCV(Mine(), {"shift": [0, 1, 2]}, scoring=make_scorer(mine), cv=3, n_jobs=-1).fit(X, y)
        search.best_params_, search.best_score_
        """,
        "joblib.Parallel(n_jobs=2)(joblib.delayed(lambda n: mine(y, np.full(len(y), n)))(n) for n in range(3))",
        "joblib.Parallel(n_jobs=2, prefer='threads')(joblib.delayed(clone(model).fit)(X_train, y_train) for n in range(3))[0].score(X_test, y_test)",
        "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(model.predict, [X_test[:5], X_test[5:9]]))",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(model.predict, [X_test[:3], X_test[3:6]])))",
        "memory = joblib.Memory('cache', verbose=0)\n@memory.cache\ndef slow(X, y): return LogisticRegression(max_iter=200).fit(X, y)\nprint(slow(X_train, y_train).score(X_test, y_test), slow(X_train, y_train).score(X_test, y_test))",
    ],
    "magics and cells that wait": [
        "%%capture caught\nprint(model.predict(X_test)[:3])",
        "caught.stdout",
        "import asyncio\nawait asyncio.sleep(0.01)\nmodel.predict(X_test)[:3]",
        "async def later(): return model.predict(X_test)[:2]\nawait later()",
        "%%python3\nprint('elsewhere')",
        "from IPython.display import display, HTML, clear_output\ndisplay(HTML('<b>a</b>')); display(X_test.head(1), display_id='d')\nmodel.predict(X_test)[:2];",
        "%run -i script.py",
        "scripted",
        "!echo shell",
    ],
    "a generator that predicts": [
        "def rows():\n    for start in range(0, 9, 3):\n        yield model.predict(X_test[start:start + 3]).tolist()\nlist(rows())",
        "gen = rows(); next(gen)",
        "next(gen)",
        "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(15)",
        "@functools.lru_cache\ndef cached(n): return float(model.predict(X_test[:n]).sum())\ncached(3), cached(3), cached.cache_info()",
    ],
    "debuggers and profilers": [
        """
        import bdb
        class Steps(bdb.Bdb):
            lines = 0
            def user_line(self, frame):
                Steps.lines += frame.f_code.co_name == "stepped"
        def stepped(m):
            p = m.predict(X_test)
            return accuracy_score(y_test, p)
        print(Steps().runcall(stepped, model), Steps.lines, sys.gettrace())
        """,
        """
        import pdb
        typed = io.StringIO("b inner\\nc\\nn\\np total\\nw\\nc\\n")
        heard = io.StringIO()
        def inner(m):
            total = 1
            total += int(m.predict(X_test).sum())
            return total
        debugger = pdb.Pdb(stdin=typed, stdout=heard, nosigint=True, readrc=False)
        debugger.use_rawinput = False
        print(debugger.runcall(inner, model))
        print([line for line in heard.getvalue().splitlines() if "ipykernel" not in line and "site-packages" not in line])
        """,
        """
        events = []
        def tracer(frame, event, arg):
            if frame.f_code.co_name in ("stepped", "predict", "fit"):
                events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
                return tracer
        sys.settrace(tracer); stepped(model); sys.settrace(None)
        print(len(events), hashlib.sha256(repr(events).encode()).hexdigest())
        """,
        """
        import cProfile, pstats
        profile = cProfile.Profile()
        profile.enable(); stepped(model); clone(model).fit(X_train, y_train); profile.disable()
        print(sorted({name for _, _, name in pstats.Stats(profile).stats} & {"fit", "hook", "quiet"}))
        """,
        "print(model.predict(X_test).sum(), clone(model).fit(X_train, y_train).score(X_test, y_test))",
        """
        import debugpy
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            address = debugpy.listen(("127.0.0.1", 0))
            debugpy.trace_this_thread(True)
            result = stepped(model), clone(model).fit(X_train, y_train).score(X_test, y_test)
            debugpy.trace_this_thread(False)
        result
        """,
        """
        counted = collections.Counter()
        def mine(frame, event, arg): counted[event] += frame.f_code.co_name == "stepped"
        before = sys.getprofile(); sys.setprofile(mine); stepped(model); sys.setprofile(before)
        print(sorted(counted.items()))
        """,
        "print(clone(model).fit(X_train, y_train).score(X_test, y_test))",
    ],
}
TRAPS = {
    name: [textwrap.dedent(cell).strip("\n") for cell in cells] for name, cells in TRAPS.items()
}
