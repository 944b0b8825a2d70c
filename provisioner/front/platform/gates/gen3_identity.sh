# G-8: the identity provider's discovery page, from this node, and its port from a pod.
[ -n "$OIDC_ISSUER" ] || give_up "the inventory declares no identity provider for Gen3: gen3_oidc_issuer"
need_probes
node=${nodes%% *}
place=$(printf '%s' "$OIDC_ISSUER" | sed 's|^https*://||; s|/.*||')
case "$place" in *:*) port=${place##*:} ;; *) port=443 ;; esac
if said=$(probe "$node" sh -c 'timeout 8 nc "$1" "$2" </dev/null' sh "${place%:*}" "$port" 2>&1); then right "a pod comes to its port" "$node"; else wrong "from a pod" "a pod on $node does not come to $place: $said" "the way there from pods, and its name in them" "$node"; fi
told=$(timeout 20 curl -sS --max-time 15 --cacert "$CA_FILE" "${OIDC_ISSUER%/}/.well-known/openid-configuration" 2>&1)
case "$told" in
  *'"authorization_endpoint"'*) right "its discovery page" ;;
  *) wrong "discovery" "$OIDC_ISSUER shows no discovery page: $(printf '%s' "$told" | tail -n 1 | cut -c -200)" "gen3_oidc_issuer" ;;
esac
lacks "whether the redirect to https://$PUBLIC_NAME/user/login is registered only a log-in shows" "log in once, or waive it"
