"""Secrets are found by kind and line; what only looks like one is left alone."""

from __future__ import annotations

import dataclasses
import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from o16n.privacy import Secret, find_secrets, strip_credentials

MADE = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6"

SECRETS = {
    "AWS access key": ["AKIAIOSFODNN7ABCDEFG", "key='ASIAIOSFODNN7ABCDEFG'"],
    "AWS secret key": [
        f"AWS_SECRET_ACCESS_KEY={MADE[:40]}",
        f'os.environ["AWS_SECRET_ACCESS_KEY"] = "{MADE[:40]}"',
        f"aws_secret_access_key = {MADE[:40]}",
    ],
    "GitHub token": [f"ghp_{MADE[:36]}", f"github_pat_{MADE}"],
    "GitLab token": [f"glpat-{MADE[:20]}"],
    "Slack token": ["xoxb-123456789012-abcdefGHIJ"],
    "Slack webhook": [f"https://hooks.slack.com/services/T0123ABCD/B0123ABCD/{MADE[:24]}"],
    "Google API key": [f"AIza{MADE[:35]}"],
    "Stripe key": [f"stripe.api_key = 'sk_test_{MADE[:24]}'", f"rk_live_{MADE[:24]}"],
    "OpenAI or Anthropic key": [f"sk-{MADE[:40]}", f"sk-proj-{MADE[:40]}"],
    "Hugging Face token": [f"hf_{MADE[:34]}"],
    "PyPI token": [f"pypi-AgE{MADE}"],
    "npm token": [f"npm_{MADE[:36]}"],
    "SendGrid key": [f"SG.{MADE[:22]}.{MADE[:43]}"],
    "Databricks token": ["dapi0123456789abcdef0123456789abcdef"],
    "storage account key": [f"DefaultEndpointsProtocol=https;AccountKey={MADE[:44]}=="],
    "JSON web token": [f"eyJ{MADE[:20]}.eyJ{MADE[:20]}.{MADE[:30]}"],
    "private key": [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    ],
    "bearer token": [
        'headers = {"Authorization": "Bearer a1b2c3d4e5f6g7h8i9j0"}',
        "curl -H 'authorization: bearer a1b2c3d4e5f6g7h8i9j0'",
    ],
    "basic authorisation": ['{"Authorization": "Basic dXNlcjpodW50ZXIyeA=="}'],
    "password in an address": [
        'create_engine("postgresql://ann:hunter2x@db.internal/prod")',
        "redis://:hunter2x@h:6379",
    ],
    "password in a connection string": [
        '"Server=db;Uid=sa;Pwd=Passw0rd!;Encrypt=yes"',
        '"Password=Passw0rd!;Server=db"',
    ],
    "password in an assignment": [
        'cfg = {"password": "s3cr3t-horse"}',
        "db_password = 'correcthorse9'",
        'connect(user="u", db_password="correcthorse9")',
        'password: str = "hunter2hunter"',
        'd["api_key"] = "a8f5f167f44f4964e6c998dee827110c"',
        'client_secret: "0oa1b2c3d4"',
        "SECRET_KEY = b'k39dk2la'",
    ],
    "token in an assignment": ['token = "9f8e7d6c5b4a39281706"', f'"access_token": "{MADE}"'],
    "password in the environment": [
        "DB_PASSWORD=hunter2secret",
        "%env API_KEY=abc123def456",
        "export GH_TOKEN=abc123def456",
        "!export DB_PWD=abc123def456",
    ],
}

INNOCENT = [
    "password = getpass()",
    'password = getpass("Password: ")',
    'password = input("password: ")',
    'password = os.environ["X"]',
    "api_key = os.getenv('KEY_1234567')",
    "token = None",
    'tokenizer = "bert-base-uncased-2024-v1"',
    'pad_token = "[PAD]"',
    'eos_token="<|endoftext|>"',
    '"token": "word_embedding_layer"',
    'max_tokens = "100000000000000000"',
    'api_key = "YOUR_API_KEY"',
    'api_key = "<your key>"',
    'password = "xxxx"',
    'password = "xxxxxxxxxxxx"',
    'password = "********"',
    'password = "changeme"',
    'password = ""',
    'password = "{{ password }}"',
    'f"postgres://{user}:{password}@host/db"',
    "postgres://user:password@localhost/db",
    "postgres://user:$PASSWORD@localhost/db",
    "connect(password=password, token=token)",
    "TOKEN=$GITHUB_TOKEN1",
    "DB_PASSWORD=${{ secrets.DB_PASSWORD1 }}",
    "Bearer YOUR_TOKEN_GOES_HERE_1",
    "the bearer of this understanding-of-things",
    f"ghp_{'x' * 36}",
    'type="password"',
    '"password": "password"',
    'df["password_length"] = df.text.str.len()',
    'secret = config["secret"]',
    'sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    'run_id = "550e8400-e29b-41d4-a716-446655440000"',
    '<img src="data:image/png;base64,AKIAIOSFODNN7ABCDEFGiVBORw0KGgo=">',
    "http://localhost:8888/?token=abc",
    "url = 'https://example.com:8080/a@b'",
    "sk-learning-by-doing is fun",
    "-----BEGIN PUBLIC KEY-----",
    "tokens: 1234567890123456789012",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in SECRETS.items() for text in texts]
)
def test_a_secret_is_named_by_its_kind(kind, text):
    assert kind in {one.kind for one in find_secrets(text)}


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_a_secret_is_left_alone(text):
    assert find_secrets(text) == ()


def test_every_secret_is_told_with_its_line_and_nothing_else():
    text = 'import os\nkey = "AKIAIOSFODNN7ABCDEFG"\n\npassword = "correcthorse9"\n'
    found = find_secrets(text)
    assert [(one.kind, one.line) for one in found] == [
        ("AWS access key", 2),
        ("password in an assignment", 4),
    ]
    assert {field.name for field in dataclasses.fields(Secret)} == {"kind", "line"}


def test_lines_are_counted_also_behind_a_long_inlined_picture():
    text = f'<img src="data:image/png;base64,{"A1b2" * 5000}">\nAKIAIOSFODNN7ABCDEFG'
    assert [one.line for one in find_secrets(text)] == [2]


@given(some.text(alphabet=string.ascii_letters + string.digits + " \n.,:()[]=", max_size=300))
def test_a_planted_key_is_found_in_any_text_on_its_line(around):
    planted = f"{around}\nkey: AKIAIOSFODNN7ABCDEFG\n{around}"
    line = around.count("\n") + 2
    assert Secret(kind="AWS access key", line=line) in find_secrets(planted)


@given(some.text(max_size=400))
def test_any_text_can_be_searched(text):
    for one in find_secrets(text):
        assert 1 <= one.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("postgresql://ann:hunter2x@db/prod", "postgresql://db/prod"),
        ("s3://key:secret@bucket/a.csv and http://u@h", "s3://bucket/a.csv and http://h"),
        ("https://example.com/a@b", "https://example.com/a@b"),
        ("data/german.csv", "data/german.csv"),
    ],
)
def test_credentials_are_stripped_from_addresses(given, left):
    assert strip_credentials(given) == left
