# G-8: the identity provider's discovery page, from a pod; and whether Gen3's client may have people sent back to its address. A
# provider shows its log-in page for one that is registered, and refuses another: each is asked for, so that what it does is known.
[ -n "$OIDC_DISCOVERY" ] || give_up "the inventory declares no identity provider for Gen3: gen3.oidc"
need_tools
need_authorities_in_pod
page=$(as_images GET "$OIDC_DISCOVERY")
member() { body_of "$page" | tr -d '\n' | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | sed 's|\\/|/|g'; }
at=$(member authorization_endpoint)
if [ "$(status_of "$page")" != 200 ] || [ -z "$at" ]; then
  wrong "discovery" "a pod gets no discovery page from $OIDC_DISCOVERY: $(answer_of "$page")" "$(remedy "$page" "gen3.oidc.issuer; the way there from pods")"
  exit 0
fi
right "its discovery page, from a pod"
issuer=$(member issuer)
if [ "${OIDC_DISCOVERY%/.well-known/openid-configuration}" = "${issuer%/}" ]; then right "it is of $issuer"; else wrong "issuer" "the discovery page at $OIDC_DISCOVERY is of the issuer '$issuer'" "gen3.oidc.issuer as the provider writes it"; fi
[ -n "$OIDC_CLIENT" ] && [ -n "$PUBLIC_NAME" ] || give_up "Gen3's client or public name is not known here: gen3.oidc.client_id, gen3.hostname"
back=https://$PUBLIC_NAME/user/login/$OIDC_ID/login/
encoded() { printf '%s' "$1" | sed 's/%/%25/g; s/:/%3A/g; s|/|%2F|g; s/ /%20/g; s/&/%26/g; s/?/%3F/g; s/=/%3D/g'; }
case "$at" in *\?*) join='&' ;; *) join='?' ;; esac
logging_in() { as_images GET "$at${join}response_type=code&scope=openid&state=gates&nonce=gates&client_id=$(encoded "$OIDC_CLIENT")&redirect_uri=$(encoded "$1")" include; }
# What an answer means: an error is a status of 400 and more, or a way to a page of an error.
is_taken() {
  case "$(status_of "$1")" in
    200) ;;
    30?) case "$(printf '%s\n' "$1" | tr -d '\r' | sed -n 's/^[Ll]ocation: *//p' | head -n 1)" in "" | *error*) return 1 ;; esac ;;
    *) return 1 ;;
  esac
}
said=$(logging_in "$back")
other=$(logging_in "https://nobody.invalid/user/login/$OIDC_ID/login/")
case "$(status_of "$other")" in
  000 | "" | *[!0-9]* | 5??) give_up "the provider does not say how it refuses an address that is not registered: $(answer_of "$other")" "log in once, or waive it" ;;
esac
if is_taken "$other"; then
  wrong "another's address" "the provider would send people of the client '$OIDC_CLIENT' to any address: what they log in with can be stolen" "register redirect URIs of the client one by one, without stars"
elif is_taken "$said"; then
  right "$back is registered, and another is refused"
else
  wrong "redirect" "the client '$OIDC_CLIENT' does not exist there, or $back is not registered: $(status_of "$said")" "register it at the provider; docs of the bundle: identity/"
fi
