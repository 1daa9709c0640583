"""The life of a credential in the hands of Authlib: one step a line, JSON in and JSON out."""

import json
import sys
import time

from authlib.integrations.requests_client import OAuth2Session

# What the line at hand says.
env = {}


def token_url():
    return env["ISSUER"] + "/oauth/token"


def open_session(token=None, update_token=None):
    method = env["AUTH_METHOD"]
    return OAuth2Session(
        env["CLIENT_ID"],
        env["SECRET"],
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        token_endpoint=token_url(),
        token=token,
        update_token=update_token,
    )


def sign_in():
    return open_session().fetch_token(token_url(), grant_type="client_credentials")


def password():
    session = open_session()
    return session.fetch_token(token_url(), username=env["EMAIL"], password=env["SECRET"])


def refresh():
    return open_session().refresh_token(token_url(), refresh_token=env["REFRESH_TOKEN"])


def introspect():
    return checked(open_session().introspect_token(env["ISSUER"] + "/oauth/introspect", token=env["TOKEN"]))


def revoke():
    url = env["ISSUER"] + "/oauth/revoke"
    return checked(open_session().revoke_token(url, token=env["REFRESH_TOKEN"], token_type_hint="refresh_token"))


def call():
    token = {"access_token": env["ACCESS_TOKEN"], "token_type": "Bearer"}
    return {"status": open_session(token).get(env["CALL_URL"]).status_code}


def call_again():
    """Three calls, each with a token that has just expired: the library refreshes before each, and says so."""
    saved = []
    session = open_session(update_token=lambda token, **_: saved.append(dict(token)))
    session.token = pair(env["ACCESS_TOKEN"], env["REFRESH_TOKEN"])
    statuses = []
    for _ in range(3):
        session.token = {**session.token, "expires_at": int(time.time()) - 1}
        statuses.append(session.get(env["CALL_URL"]).status_code)
    return {"statuses": statuses, "saved": saved}


def pair(access_token, refresh_token):
    return {"access_token": access_token, "refresh_token": refresh_token, "token_type": "Bearer"}


def checked(response):
    response.raise_for_status()
    return response.json()


STEPS = {
    "sign-in": sign_in,
    "password": password,
    "refresh": refresh,
    "introspect": introspect,
    "revoke": revoke,
    "call": call,
    "call-again": call_again,
}
for line in sys.stdin:
    env = json.loads(line)
    try:
        answer = STEPS[env["STEP"]]()
    except Exception as error:
        answer = {"refused": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
