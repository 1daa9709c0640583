#!/bin/bash
# One step in the life of a credential, by curl. The answer is printed as it comes; a refusal ends this with 22.
set -euo pipefail

ask() {
  curl --silent --show-error --fail-with-body "$@"
}

as_client() {
  ask --user "$CLIENT_ID:$SECRET" "$@"
}

case $1 in
  discover) ask "$ISSUER/.well-known/oauth-authorization-server" ;;
  sign-in) as_client --data grant_type=client_credentials "$ISSUER/oauth/token" ;;
  password)
    ask --data grant_type=password --data-urlencode "username=$EMAIL" --data-urlencode "password=$SECRET" \
      "$ISSUER/oauth/token"
    ;;
  refresh) ask --data grant_type=refresh_token --data "refresh_token=$REFRESH_TOKEN" "$ISSUER/oauth/token" ;;
  introspect) as_client --data "token=$TOKEN" "$ISSUER/oauth/introspect" ;;
  revoke) as_client --data "token=$REFRESH_TOKEN" "$ISSUER/oauth/revoke" ;;
  call)
    curl --silent --show-error --output /dev/null --write-out '{"status":%{http_code}}' \
      --oauth2-bearer "$ACCESS_TOKEN" "$CALL_URL"
    ;;
  *) exit 2 ;;
esac
