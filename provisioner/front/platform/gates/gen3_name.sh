# G-6: the public name is no longer than a pod's label may be, is resolved in pods, and its certificate is for it.
[ -n "$PUBLIC_NAME" ] || give_up "the inventory declares no public name for Gen3: gen3.hostname, or instance_domain"
length=$(printf '%s' "$PUBLIC_NAME" | wc -c)
if [ "$length" -le 63 ]; then right "its length"; else wrong "its length" "the public name has $length letters, and a label of a pod, which Gen3 makes it, has 63 at most: $PUBLIC_NAME" "a shorter gen3.hostname"; fi
# Where it should lead: as the bundle has it in network/dns.zone.
should=$INGRESS_ADDRESS
if [ -z "$should" ] && [ "$OWNER_ingress" = provisioner ]; then
  should=$(given_to_ingress)
  [ -n "$should" ] || should=$(ask --namespace site-ingress get pods --selector app=traefik -o 'jsonpath={.items[*].status.hostIP}' 2>/dev/null)
fi
need_probes
addresses=
for node in $nodes; do
  said=$(probe "$node" timeout 10 nslookup "$PUBLIC_NAME" 2>/dev/null)
  address=$(printf '%s\n' "$said" | sed -n 's/^Address[^:]*: *\([0-9.]*\)$/\1/p' | tail -n 1)
  if [ -n "$address" ]; then
    right "$PUBLIC_NAME is $address in pods" "$node"
    addresses="$addresses $address"
    case " $should " in
      "  " | *" $address "*) ;;
      *) note "$PUBLIC_NAME is $address in a pod on $node, and the ingress is at $should: what stands at $address must pass on to it" ;;
    esac
  else
    server=$(printf '%s\n' "$said" | sed -n 's/^Server:[[:space:]]*//p' | head -n 1)
    wrong "resolved in pods" "the public name $PUBLIC_NAME is not resolved in a pod on $node, which asked ${server:-no name server}; it should lead to ${should:-the ingress, whose address is not known here}: wts, sheepdog and fence ask for it there" "a record in the site's name server (network/dns.zone of the bundle), or a hosts block of CoreDNS" "$node"
    continue
  fi
  if said=$(probe "$node" sh -c 'timeout 8 nc "$1" 443 </dev/null' sh "$PUBLIC_NAME" 2>&1); then right "its port 443 answers a pod (hairpin)" "$node"; else wrong "hairpin" "a pod on $node does not come to $PUBLIC_NAME:443 at $address${should:+ (the ingress is at $should)}: $said" "the edge must answer for its public address from within" "$node"; fi
done
where=${addresses:+ at ${addresses##* }${should:+ (the ingress is at $should)}}
need_tools
need_authorities_in_pod
said=$(as_images GET "https://$PUBLIC_NAME/")
case "$(status_of "$said") $said" in
  [1-5][0-9][0-9]\ *) right "a pod verifies the certificate of $PUBLIC_NAME" ;;
  *certificate* | *SSL*) wrong "its certificate" "a pod does not trust what is shown for $PUBLIC_NAME$where: $(answer_of "$said")" "gen3.ingress: $(remedy "$said" "its secret, or its issuer")" ;;
  *) wrong "its page" "a pod is not answered by https://$PUBLIC_NAME/$where: $(answer_of "$said")" "the edge must answer for its public address from within" ;;
esac
