# G-8: the identity provider's discovery page, from a pod.
[ -n "$OIDC_ISSUER" ] || give_up "the inventory declares no identity provider for Gen3: gen3_oidc_issuer"
told=$(timeout 20 curl -sS --max-time 15 --cacert "$CA_FILE" "${OIDC_ISSUER%/}/.well-known/openid-configuration" 2>&1)
case "$told" in
  *'"authorization_endpoint"'*) right "its discovery page" ;;
  *) wrong "discovery" "$OIDC_ISSUER shows no discovery page: $(printf '%s' "$told" | tail -n 1 | cut -c -200)" "gen3_oidc_issuer" ;;
esac
lacks "whether the redirect to https://$PUBLIC_NAME/user/login is registered only a log-in shows" "log in once, or waive it"
