# C-6: ingress classes are those of the profile; an Ingress is served over TLS from the address it has; plain HTTP is sent to
# HTTPS; X-Forwarded-Proto, websockets and large bodies.
classes=$(ask get ingressclasses -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.ingressclass\.kubernetes\.io/is-default-class}{"\n"}{end}') ||
  give_up "the API does not tell its ingress classes"
names=$(printf '%s\n' "$classes" | awk 'NF {print $1}')
defaults=$(printf '%s\n' "$classes" | awk '$2 == "true" {print $1}')
case "$OWNER_ingress:$DEPLOYED" in
  platform:yes)
    # Its own class and no other; what its pages say is the platform's.
    own=$PLATFORM_INGRESS_CLASS
    if [ "$names" = "$own" ]; then
      right "ingress class $own, the platform's"
    else
      wrong "ingress class" "the ingress classes are '$(echo $names)', and the platform, which is said to stand here, brings '$own' alone" "kubectl get ingressclasses; provisioner profile explain $INSTANCE"
    fi
    exit 0
    ;;
  absent:* | platform:*)
    if [ -z "$names" ]; then
      right "no ingress class, as the profile has it"
    else
      wrong "absence" "there is the ingress class '$(echo $names)', and the profile says that the ingress is $OWNER_ingress" "provisioner profile explain $INSTANCE; where the platform stands here: gates run $INSTANCE --deployed"
    fi
    exit 0
    ;;
  provisioner:*)
    if ! printf '%s\n' "$names" | grep -qx "$INGRESS_CLASS"; then
      wrong "ingress class" "there is no ingress class '$INGRESS_CLASS', and the ingress is ours" "provisioner cluster up $INSTANCE"
      exit 0
    fi
    right "ingress class $INGRESS_CLASS"
    ;;
  *) [ -n "$names" ] || { wrong "ingress class" "there is no ingress class, and the profile says that the site has an ingress" "provisioner profile explain $INSTANCE"; exit 0; } ;;
esac
# shellcheck disable=SC2046
if [ $(printf '%s\n' "$defaults" | grep -c .) -gt 1 ]; then
  wrong "default class" "two ingress classes are the default: $(echo $defaults)" "take the annotation ingressclass.kubernetes.io/is-default-class from one of them"
elif [ "$OWNER_ingress" = provisioner ] && [ "$INGRESS_IS_DEFAULT" != False ] && [ "$INGRESS_IS_DEFAULT" != false ] && [ "$defaults" != "$INGRESS_CLASS" ]; then
  wrong "default class" "the default ingress class is '${defaults:-none}', and the inventory asks for '$INGRESS_CLASS'" "provisioner cluster up $INSTANCE"
else
  right "one default class or none"
fi
[ -n "$DOMAIN" ] || give_up "the inventory has no 'instance_domain': no page can be asked for by name"
need_probes
name=gates.$DOMAIN
here apply -f - >/dev/null 2>"$PLACE/ingress-refused" <<EOT || { wrong "an Ingress" "an Ingress is refused: $(tail -n 1 "$PLACE/ingress-refused")" "look at the webhooks of the ingress"; exit 0; }
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gates}
spec:
  ingressClassName: $INGRESS_CLASS
  rules:
    - host: $name
      http:
        paths:
          - {path: /answers, pathType: Prefix, backend: {service: {name: probe, port: {number: 81}}}}
          - {path: /, pathType: Prefix, backend: {service: {name: probe, port: {number: 80}}}}
EOT
# Asked before any page: pods that are about to go still answer some.
pods=$(ask --namespace site-ingress get daemonset traefik -o 'jsonpath={.status.numberReady} of {.status.desiredNumberScheduled}' 2>/dev/null)
case "$pods" in
  "" | " of ") ;;
  "0 of "*) wrong "pods of the ingress" "$pods pods of the ingress are ready" "kubectl --namespace site-ingress describe daemonset traefik"; exit 0 ;;
esac
need_ingress
get() { timeout 30 curl -sS --max-time 20 --cacert "$CA_FILE" --resolve "$name:443:$address" --resolve "$name:80:$address" "$@" 2>"$PLACE/ingress-err"; }
waited=0
until page=$(get "https://$name/") && [ -n "$page" ] && ! printf '%s' "$page" | grep -q 'page not found'; do
  waited=$((waited + 1))
  [ $waited -lt 20 ] || break
  sleep 1
done
if [ $waited -ge 20 ]; then
  wrong "a page over HTTPS" "https://$name/ at $address gives no page: $(tail -n 1 "$PLACE/ingress-err")${pods:+ ($pods pods of the ingress are ready)}" "provisioner cluster up $INSTANCE"
  exit 0
fi
right "a page over HTTPS at $address, its certificate of the site's authority"
sent=$(get -o /dev/null -w '%{http_code} %{redirect_url}' "http://$name/")
case "$sent" in
  30[1278]" https://$name/"*) right "plain HTTP is sent to HTTPS" ;;
  *) wrong "plain HTTP" "plain HTTP is not sent to HTTPS: the answer is ${sent:-none}" "the ingress' entry point 'web'" ;;
esac
told=$(get -H 'X-Forwarded-Proto: http' "https://$name/answers" | tr -d '\r')
case "$(printf '%s\n' "$told" | sed -n 's/^[Xx]-[Ff]orwarded-[Pp]roto: //p')" in
  https) right "X-Forwarded-Proto is https, whatever a client says" ;;
  "") wrong "X-Forwarded-Proto" "the ingress tells programs no X-Forwarded-Proto" "Gen3's revproxy and Gafaelfawr send everyone elsewhere without it" ;;
  *) wrong "X-Forwarded-Proto" "the ingress passes on a client's own X-Forwarded-Proto" "ingress_trusted_networks" ;;
esac
socket=$(timeout 10 curl -sS --http1.1 -i -N --max-time 4 --cacert "$CA_FILE" --resolve "$name:443:$address" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
  -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "https://$name/answers" 2>/dev/null | head -n 1 | tr -d '\r')
case "$socket" in
  *" 101"*) right "a websocket is opened" ;;
  *) wrong "websocket" "a websocket is not opened through the ingress: ${socket:-no answer}" "notebooks and terminals go over websockets" ;;
esac
size=20971520
got=$(head -c $size /dev/zero | get -X POST --data-binary @- -H 'Expect:' "https://$name/answers" | sed -n 's/^body //p')
if [ "$got" = $size ]; then right "a body of 20 MiB"; else wrong "a body of 20 MiB" "a body of 20 MiB does not come through: ${got:-0} bytes did" "ingress_longest_request; limits of size at the ingress"; fi
came=$(page_from_outside "https://$address/")
if [ "$came" = yes ]; then right "the controller reaches the ingress, from outside"; else wrong "from outside" "the controller does not reach the ingress at $address: $came" "which node answers for it: kubectl -n metallb-system logs -l component=speaker"; fi
