"""The life of a credential in the hands of Requests-OAuthlib: one step a line, JSON in and JSON out."""

import json
import sys
import time

from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

# What the line at hand says.
env = {}


def token_url():
    return env["ISSUER"] + "/oauth/token"


def basic():
    """As bytes: a password that is text would be sent in Latin-1, and we ask for UTF-8 (RFC 7617 2.1)."""
    return HTTPBasicAuth(env["CLIENT_ID"].encode(), env["SECRET"].encode())


def open_session(**options):
    return OAuth2Session(client=BackendApplicationClient(env["CLIENT_ID"]), **options)


def sign_in():
    return open_session().fetch_token(token_url(), auth=basic())


def password():
    client = LegacyApplicationClient(env["CLIENT_ID"])
    return OAuth2Session(client=client).fetch_token(token_url(), username=env["EMAIL"], password=env["SECRET"])


def refresh():
    return open_session().refresh_token(token_url(), refresh_token=env["REFRESH_TOKEN"])


def revoke():
    client = BackendApplicationClient(env["CLIENT_ID"])
    url, headers, body = client.prepare_token_revocation_request(
        env["ISSUER"] + "/oauth/revoke", env["REFRESH_TOKEN"], token_type_hint="refresh_token"
    )
    response = open_session().post(url, headers=headers, data=body, auth=basic())
    response.raise_for_status()
    return response.json()


def call():
    token = {"access_token": env["ACCESS_TOKEN"], "token_type": "Bearer"}
    return {"status": open_session(token=token).get(env["CALL_URL"]).status_code}


def call_again():
    """Three calls, each with a token that has just expired: the library refreshes before each, and says so."""
    token = {"access_token": env["ACCESS_TOKEN"], "refresh_token": env["REFRESH_TOKEN"], "token_type": "Bearer"}
    saved = []
    session = open_session(token=token, auto_refresh_url=token_url(), token_updater=saved.append)
    statuses = []
    for _ in range(3):
        session.token = {**session.token, "expires_at": time.time() - 1}
        statuses.append(session.get(env["CALL_URL"]).status_code)
    return {"statuses": statuses, "saved": saved}


STEPS = {
    "sign-in": sign_in,
    "password": password,
    "refresh": refresh,
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
