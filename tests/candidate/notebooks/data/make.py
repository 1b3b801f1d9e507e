"""Make the data of these notebooks again, to the byte: `python tests/candidate/notebooks/data/make.py`.

`german.csv` and `penguins.csv` are the ones of `notebooks/data` (sources and licences there). All others are drawn
here with fixed seeds; nobody is described by them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[3] / "notebooks" / "data"


def _logistic(values):
    return 1 / (1 + np.exp(-values))


def churn(rng, rows=900):
    """Telephone customers; a total that is blank for new ones, as in many such files."""
    tenure = rng.integers(0, 72, rows)
    contract = rng.choice(["Month-to-month", "One year", "Two year"], rows, p=[0.55, 0.25, 0.2])
    internet = rng.choice(["DSL", "Fiber optic", "No"], rows, p=[0.35, 0.45, 0.2])
    base = pd.Series(internet).map({"DSL": 45, "Fiber optic": 80, "No": 20}).to_numpy()
    monthly = (base + rng.normal(8, 9, rows)).clip(18).round(2)
    leaning = 0.4 + 0.02 * (monthly - 60) - 0.055 * tenure
    leaning += pd.Series(contract).map({"Month-to-month": 1.0, "One year": -0.9, "Two year": -2.2})
    total = pd.Series((monthly * tenure).round(2).astype(str)).where(tenure > 0, " ")
    return pd.DataFrame(
        {
            "customerID": [f"{n:04d}-QX" for n in range(rows)],
            "gender": rng.choice(["Female", "Male"], rows),
            "SeniorCitizen": rng.choice([0, 1], rows, p=[0.84, 0.16]),
            "tenure": tenure,
            "Contract": contract,
            "InternetService": internet,
            "MonthlyCharges": monthly,
            "TotalCharges": total,
            "Churn": np.where(rng.random(rows) < _logistic(leaning), "Yes", "No"),
        }
    )


def houses(rng, rows=700):
    """Houses with prices that grow by factors, some years unknown."""
    area = rng.lognormal(4.9, 0.35, rows).round(0)
    quality = rng.integers(1, 11, rows)
    built = rng.integers(1900, 2021, rows).astype(float)
    hood = rng.choice(["Hill", "Harbour", "Old Town", "Mill", "Westend"], rows)
    lift = pd.Series(hood).map(
        {"Hill": 0.3, "Harbour": 0.1, "Old Town": 0.2, "Mill": -0.2, "Westend": 0}
    )
    log_price = (
        8.2 + 0.75 * np.log(area) + 0.09 * quality + 0.002 * (built - 1900) + lift.to_numpy()
    )
    price = np.exp(log_price + rng.normal(0, 0.14, rows)).round(-2)
    built[rng.random(rows) < 0.06] = np.nan
    return pd.DataFrame(
        {
            "Id": range(1, rows + 1),
            "LivArea": area,
            "OverallQual": quality,
            "YearBuilt": built,
            "Neighborhood": hood,
            "Garage": rng.choice([0, 1, 2], rows, p=[0.2, 0.5, 0.3]),
            "SalePrice": price,
        }
    )


def mieten(rng, rows=600):
    """Rents in a German spreadsheet's dialect: semicolons and decimal commas."""
    flaeche = rng.gamma(9, 8, rows).clip(18).round(1)
    zimmer = (flaeche / 27 + rng.normal(0, 0.4, rows)).clip(1).round()
    baujahr = rng.integers(1905, 2023, rows)
    viertel = rng.choice(["Altstadt", "Nord", "Süd", "Hafen"], rows)
    aufschlag = (
        pd.Series(viertel).map({"Altstadt": 190, "Nord": -40, "Süd": 60, "Hafen": 0}).to_numpy()
    )
    miete = 160 + 9.4 * flaeche + 1.6 * (baujahr - 1950) + aufschlag + rng.normal(0, 85, rows)
    return pd.DataFrame(
        {
            "Fläche": flaeche,
            "Zimmer": zimmer.astype(int),
            "Baujahr": baujahr,
            "Viertel": viertel,
            "Balkon": rng.choice(["ja", "nein"], rows),
            "Kaltmiete": miete.clip(150).round(2),
        }
    )


def mensajes(rng, rows=500):
    """Short Spanish messages, spam or not, put together from phrases."""
    spam = ["gana un premio", "oferta gratis", "haz clic aquí", "último aviso", "crédito inmediato",
            "llama ahora", "has sido elegido", "descuento del 90%", "sin compromiso"]  # fmt: skip
    normal = ["nos vemos mañana", "¿vienes a cenar?", "llego tarde", "gracias por todo", "te llamo luego",
              "reunión a las diez", "compra pan", "feliz cumpleaños", "ya estoy en casa"]  # fmt: skip
    both = ["hola", "por favor", "hoy", "amigo", "mira esto", "ahora", "gratis", "un beso"]
    kinds = rng.choice(["normal", "spam"], rows, p=[0.68, 0.32])
    texts = []
    for kind in kinds:
        own, other = (spam, normal) if kind == "spam" else (normal, spam)
        words = [
            *rng.choice(own, 2),
            *rng.choice(both, 2),
            *rng.choice(other, rng.choice([0, 1], p=[0.6, 0.4])),
        ]
        texts.append(" ".join(rng.permutation(words)))
    return pd.DataFrame({"texto": texts, "tipo": kinds})


def sensors(rng, rows=800):
    """A pump's sensors with a few faulty hours."""
    faulty = rng.random(rows) < 0.05
    hours = pd.date_range("2025-03-01", periods=rows, freq="h")
    daily = np.sin(np.arange(rows) * 2 * np.pi / 24)
    return pd.DataFrame(
        {
            "timestamp": hours.strftime("%Y-%m-%d %H:%M"),
            "temperature": (
                61 + 3 * daily + rng.normal(0, 1, rows) + faulty * rng.normal(9, 4, rows)
            ).round(2),
            "vibration": (0.8 + rng.gamma(2, 0.1, rows) + faulty * rng.gamma(3, 0.5, rows)).round(
                3
            ),
            "pressure": (
                7.5 + rng.normal(0, 0.15, rows) - faulty * rng.normal(0.8, 0.4, rows)
            ).round(3),
            "fault": faulty.astype(int),
        }
    )


def students(rng, rows=500):
    """Pupils with two marks that depend on different things."""
    hours = rng.gamma(4, 1.6, rows).round(1)
    missed = rng.poisson(3, rows)
    lunch = rng.choice(["standard", "reduced"], rows, p=[0.65, 0.35])
    books = rng.integers(0, 60, rows)
    calm = rng.normal(0, 6, rows)
    math = (
        38 + 4.2 * hours - 1.4 * missed + 4 * (lunch == "standard") + calm + rng.normal(0, 3, rows)
    )
    reading = 44 + 0.5 * books + 0.9 * hours - 0.6 * missed + calm + rng.normal(0, 3, rows)
    return pd.DataFrame(
        {
            "student": [f"s{n:03d}" for n in range(rows)],
            "study_hours": hours,
            "absences": missed,
            "lunch": lunch,
            "books_at_home": books,
            "math": math.clip(0, 100).round().astype(int),
            "reading": reading.clip(0, 100).round().astype(int),
        }
    )


def leads(rng, rows=600):
    """Enquiries of customers, some of them twice in the file."""
    visits = rng.poisson(4, rows)
    minutes = rng.gamma(2, 3, rows).round(1)
    source = rng.choice(["ads", "mail", "search", "friend"], rows)
    leaning = -2.4 + 0.3 * visits + 0.12 * minutes + 0.9 * (source == "friend")
    frame = pd.DataFrame(
        {
            "lead_id": range(5000, 5000 + rows),
            "source": source,
            "visits": visits,
            "minutes": minutes,
            "converted": (rng.random(rows) < _logistic(leaning)).astype(int),
        }
    )
    return pd.concat([frame, frame.sample(12, random_state=1)])


def clientes(rng, rows=700):
    """Shop customers in three loose groups; no label anywhere."""
    group = rng.choice([0, 1, 2], rows, p=[0.5, 0.3, 0.2])
    spent = np.array([220, 900, 2600])[group] * rng.lognormal(0, 0.25, rows)
    orders = rng.poisson(np.array([3, 14, 9])[group]) + 1
    age = (np.array([31, 44, 58])[group] + rng.normal(0, 6, rows)).clip(18).round()
    return pd.DataFrame({"edad": age.astype(int), "gasto_anual": spent.round(2), "pedidos": orders})


def fraud(rng, rows=1500):
    """Card payments of which one in fifteen is a fraud."""
    amount = rng.lognormal(3.4, 0.9, rows).round(2)
    hour = rng.integers(0, 24, rows)
    distance = rng.gamma(1.4, 9, rows).round(1)
    new_shop = rng.choice([0, 1], rows, p=[0.7, 0.3])
    night = (hour < 6).astype(int)
    score = (
        -6.2
        + 2.6 * night * new_shop
        + 0.07 * distance
        + 1.1 * (amount > 90) * new_shop
        + 1.2 * night
    )
    return pd.DataFrame(
        {
            "amount": amount,
            "hour": hour,
            "distance_km": distance,
            "new_shop": new_shop,
            "is_fraud": (rng.random(rows) < _logistic(1.6 * score + 4.2)).astype(int),
        }
    )


def main():
    for name in ("german.csv", "penguins.csv"):
        shutil.copy(EXAMPLES / name, HERE / name)
    for seed, make in enumerate(
        (churn, houses, mensajes, sensors, students, leads, clientes, fraud)
    ):
        make(np.random.default_rng(seed)).to_csv(
            HERE / f"{make.__name__}.csv", index=False, lineterminator="\n"
        )
    mieten(np.random.default_rng(8)).to_csv(
        HERE / "mieten.csv",
        sep=";",
        decimal=",",
        index=False,
        encoding="utf-8",
        lineterminator="\n",
    )


if __name__ == "__main__":
    main()
