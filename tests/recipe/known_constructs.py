"""Eighty-seven ways to prepare data, short, each with what must become of it; `either` where both are right."""

from __future__ import annotations

import numpy as np
import pandas as pd

ROWS = 300
HEAD = """import numpy as np, pandas as pd
from sklearn.preprocessing import LabelEncoder, StandardScaler, OneHotEncoder, scale
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split
from sklearn.impute import SimpleImputer, KNNImputer
from sklearn.decomposition import PCA
df = pd.read_csv({path!r})
"""
TAIL = """X = df[[c for c in df.columns if c != 'y' and df[c].dtype.kind in 'iufb']]
y = df['y']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=.25, random_state=0)
m = HistGradientBoostingClassifier(max_iter=3).fit(X_train, y_train)
p = m.predict(X_test)
"""


def raw_rows():
    """Return rows with numbers, gaps, levels, texts and dates."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "a": rng.normal(40, 12, ROWS).round(2),
            "b": rng.lognormal(2, 1, ROWS).round(3),
            "k": rng.integers(0, 5, ROWS),
            "g": rng.choice(["x", "y", "z"], ROWS, p=[0.6, 0.3, 0.1]),
            "h": rng.choice(["u", "v"], ROWS),
            "t": rng.choice(["1h 5m", "2h", "30m"], ROWS),
            "d": pd.date_range("2020-01-01", periods=ROWS).astype(str),
            "y": rng.integers(0, 2, ROWS),
        }
    )
    frame.loc[rng.random(ROWS) < 0.15, "a"] = np.nan
    frame.loc[rng.random(ROWS) < 0.05, "g"] = np.nan
    return frame


# name: (statements, what must become of them)
KNOWN = {
    "fillna mean": ("df['a']=df['a'].fillna(df['a'].mean())", "proven"),
    "fillna no nulls": ("df['b']=df['b'].fillna(df['b'].median())", "proven"),
    "groupby transform mean": ("df['a']=df['a'].fillna(df.groupby('k')['a'].transform('mean'))", "proven"),
    "groupby transform lambda scalar": ("df['r']=df.groupby('h')['b'].transform(lambda s: s.median())", "proven"),
    "groupby transform fill": ("df['a']=df.groupby('h')['a'].transform(lambda s: s.fillna(s.mean()))", "proven"),
    "groupby map": ("df['gm']=df['k'].map(df.groupby('k')['b'].mean())", "proven"),
    "groupby merge": ("df=df.merge(df.groupby('k')['b'].agg(['mean','max']).reset_index(),on='k',how='left')", "proven"),
    "count encode": ("df['gc']=df['g'].map(df['g'].value_counts())", "proven"),
    "rank": ("df['r']=df['b'].rank()", "refused"),
    "shift": ("df['s']=df['b'].shift(1).fillna(0)", "refused"),
    "cumsum": ("df['s']=df['b'].cumsum()", "refused"),
    "ffill": ("df['a']=df['a'].ffill()", "refused"),
    "rolling": ("df['s']=df['b'].rolling(3,min_periods=1).mean()", "refused"),
    "qcut codes": ("df['q']=pd.qcut(df['b'],4,labels=False)", "proven"),
    "qcut cat codes": ("df['q']=pd.qcut(df['b'],4).cat.codes", "proven"),
    "cut int": ("df['q']=pd.cut(df['b'],5,labels=False)", "proven"),
    "cut edges": ("df['q']=pd.cut(df['b'],[0,5,10,1e9],labels=[0,1,2]).astype(int)", "proven"),
    "cat codes": ("df['g']=df['g'].astype('category').cat.codes", "proven"),
    "factorize": ("df['g']=pd.factorize(df['g'])[0]", "proven"),
    "LE loop": ("le=LabelEncoder()\nfor c in ['g','h']:\n    df[c]=le.fit_transform(df[c].astype(str))", "proven"),
    "LE apply": ("df[['g','h']]=df[['g','h']].astype(str).apply(LabelEncoder().fit_transform)", "proven"),
    "dummies": ("df=pd.get_dummies(df,columns=['g','h'],drop_first=True,dummy_na=False)", "proven"),
    "dummies per series concat": ("df=pd.concat([df,pd.get_dummies(df['g'],prefix='g')],axis=1).drop('g',axis=1)", "proven"),
    "scaler before split": ("df[['a','b']]=StandardScaler().fit_transform(df[['a','b']])", "proven"),
    "scale()": ("df[['b']]=scale(df[['b']])", "refused"),
    "zscore by hand": ("df['b']=(df['b']-df['b'].mean())/df['b'].std()", "proven"),
    "minmax loop": ("for c in ['a','b']:\n    df[c]=(df[c]-df[c].min())/(df[c].max()-df[c].min())", "proven"),
    "iqr filter": ("q1,q3=df['b'].quantile(.25),df['b'].quantile(.75)\ndf=df[df['b']<q3+1.5*(q3-q1)]", "proven"),
    "dropna": ("df=df.dropna()", "proven"),
    "dropna inplace reset": ("df.dropna(inplace=True)\ndf.reset_index(drop=True,inplace=True)", "proven"),
    "drop_duplicates": ("df=df.drop_duplicates(subset=['k','h','g','b'])", "proven"),
    "drop labels": ("df=df.drop([3,5,8])", "proven"),
    "target filter": ("df=df[df['y']+df['b']<60]", "proven"),
    "np.random col": ("df['z']=np.random.rand(len(df))", "refused"),
    "index feature": ("df['i']=df.index", "refused"),
    "hand edit": ("df.loc[0,'b']=999.0", "refused"),
    "loc mask set": ("df.loc[df['b']>20,'b']=20", "proven"),
    "np.where": ("df['f']=np.where(df['b']>df['b'].mean(),1,0)", "proven"),
    "apply row": ("df['f']=df.apply(lambda r: r['b']*2 if r['h']=='u' else 0,axis=1)", "proven"),
    "apply closure stat": ("m=df['b'].mean()\ndf['f']=df['b'].apply(lambda v: v>m)", "proven"),
    "apply frame in closure": ("df['f']=df['b'].apply(lambda v: (df['b']<v).mean())", "proven"),
    "list comp": ("df['f']=[len(t) for t in df['t']]", "proven"),
    "row loop append": ("hs=[]\nfor i in range(len(df)):\n    hs.append(len(df['t'][i]))\ndf['f']=hs", "proven"),
    "row loop iterrows": ("f=[]\nfor i,r in df.iterrows():\n    f.append(r['k']*2)\ndf['f']=f", "proven"),
    "row loop set loc": ("df['f']=0\nfor i in df.index:\n    df.loc[i,'f']=df.loc[i,'k']+1", "proven"),
    "row loop previous": ("f=[0]\nfor i in range(1,len(df)):\n    f.append(df['k'][i]-df['k'][i-1])\ndf['f']=f", "refused"),
    "str split expand": ("df[['p1','p2']]=df['t'].str.split(' ',expand=True)\ndf['f']=df['p2'].isna().astype(int)", "proven"),
    "datetime": ("df['d']=pd.to_datetime(df['d'])\ndf['mo']=df['d'].dt.month\ndf['age']=(df['d'].max()-df['d']).dt.days", "proven"),
    "branch on data": ("if df['a'].isnull().any():\n    df['a']=df['a'].fillna(df['a'].median())", "proven"),
    "dtype loop": ("for c in df.columns:\n    if df[c].dtype=='object' or str(df[c].dtype)=='str':\n        df[c]=LabelEncoder().fit_transform(df[c].astype(str))", "proven"),
    "fn clean": ("def clean(d):\n    d=d.copy()\n    d['a']=d['a'].fillna(d['a'].mean())\n    return d\ndf=clean(df)", "proven"),
    "imputer frame": ("df[['a']]=SimpleImputer().fit_transform(df[['a']])", "proven"),
    "knn imputer": ("df[['a','b']]=KNNImputer().fit_transform(df[['a','b']])", "proven"),
    "target mean enc": ("df['g']=df['g'].map(df.groupby('g')['y'].mean())", "proven"),
    "sample frac": ("df=df.sample(frac=1,random_state=1)", "proven"),
    "sort": ("df=df.sort_values('b')", "proven"),
    "set_index": ("df=df.set_index('d')", "proven"),
    "head subset": ("df=df.head(250)", "proven"),
    "ohe frame concat": ("o=OneHotEncoder(sparse_output=False)\nt=o.fit_transform(df[['h']])\ndf=pd.concat([df,pd.DataFrame(t,columns=o.get_feature_names_out())],axis=1)", "proven"),
    "kmeans label": ("from sklearn.cluster import KMeans\nkm=KMeans(3,n_init=1,random_state=0).fit(df[['b','k']])\ndf['cl']=km.labels_", "refused"),
    "kmeans fit_predict": ("from sklearn.cluster import KMeans\ndf['cl']=KMeans(3,n_init=1,random_state=0).fit_predict(df[['b','k']])", "proven"),
    "list column const len": ("df['w']=list(range(len(df)))", "refused"),
    "two frames concat": ("d1=df[df.h=='u'].copy()\nd2=df[df.h=='v'].copy()\nd1['q']=1\nd2['q']=d2['b']*2\ndf=pd.concat([d1,d2])", "proven"),
    "clip quantile": ("df['b']=df['b'].clip(df['b'].quantile(.01),df['b'].quantile(.99))", "proven"),
    "boxcox": ("from scipy.stats import boxcox\ndf['b'],lam=boxcox(df['b']+1)", "proven"),
    "multi assign stat col": ("df['mx']=df['b'].max()\ndf['rel']=df['b']/df['mx']", "proven"),
    "size column": ("df['cnt']=df.groupby('k')['b'].transform('count')", "proven"),
    "duplicated flag": ("df['dup']=df.duplicated(subset=['k','h']).astype(int)", "refused"),
    "sum over rows share": ("df['share']=df['b']/df['b'].sum()", "proven"),
    "crosstab lookup": ("ct=pd.crosstab(df['k'],df['h'])\ndf['u']=df['k'].map(ct['u'])", "proven"),
    "pca": ("df[['p','q']]=PCA(2).fit_transform(df[['b','k']])", "proven"),
    "lambda axis0 numeric": ("df[['b','k']]=df[['b','k']].apply(lambda s: (s-s.mean())/s.std())", "proven"),
    "pipe to numpy": ("Z=df[['b','k']].values\nZ=(Z-Z.mean(axis=0))/Z.std(axis=0)\ndf['z0']=Z[:,0]", "proven"),
    "np.log inplace col": ("df['b']=np.log1p(df['b'])\ndf.rename(columns={'b':'lb'},inplace=True)", "proven"),
    "assign lambda": ("df=df.assign(s=lambda d: d['b']-d['b'].mean())", "either"),
    "eval/query": ("df=df.query('b < 50')", "proven"),
    "astype category dummies": ("df['g']=df['g'].astype('category')\ndf=pd.get_dummies(df,columns=['g'])", "proven"),
    "pivot numpy argsort": ("df['o']=np.argsort(df['b'].values)", "refused"),
    "mean of neighbours": ("df['nb']=(df['b']+df['b'].mean())/len(df)", "proven"),
    "interp": ("df['a']=df['a'].interpolate().fillna(0)", "refused"),
    "iloc assign": ("df.iloc[:,1]=df.iloc[:,1]*2", "proven"),
    "fillna dict": ("df=df.fillna({'a':df['a'].mean(),'g':df['g'].mode()[0]})", "proven"),
    "fillna df.mean()": ("df=df.fillna(df.mean(numeric_only=True))", "proven"),
    "np.select": ("df['f']=np.select([df.b<5,df.b<10],[0,1],2)", "proven"),
    "map lambda": ("df['f']=list(map(lambda v: v*2, df['k']))", "proven"),
    "zip listcomp": ("df['f']=[x+y for x,y in zip(df['b'],df['k'])]", "either"),
    "merge self pairs": ("df=df.merge(df[['k','b']].drop_duplicates('k').rename(columns={'b':'fb'}),on='k')", "either"),
}  # fmt: skip
