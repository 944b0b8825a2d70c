# G-6: the public name is no longer than a pod's label may be, is resolved in pods, and its certificate is for it.
[ -n "$PUBLIC_NAME" ] || give_up "the inventory declares no public name for Gen3: gen3_hostname"
length=$(printf '%s' "$PUBLIC_NAME" | wc -c)
if [ "$length" -le 63 ]; then right "its length"; else wrong "its length" "the public name has $length letters, and a label of a pod, which Gen3 makes it, has 63 at most: $PUBLIC_NAME" "a shorter gen3_hostname"; fi
need_probes
for node in $nodes; do
  if address=$(probe "$node" timeout 10 nslookup "$PUBLIC_NAME" 2>/dev/null | sed -n 's/^Address[^:]*: *\([0-9.]*\)$/\1/p' | tail -n 1) && [ -n "$address" ]; then
    right "$PUBLIC_NAME is $address in pods" "$node"
  else
    wrong "resolved in pods" "the public name $PUBLIC_NAME is not resolved in a pod on $node: wts, sheepdog and fence ask for it there" "a record in the site's name server, or a hosts block of CoreDNS" "$node"
    continue
  fi
  if said=$(probe "$node" sh -c 'timeout 8 nc "$1" 443 </dev/null' sh "$PUBLIC_NAME" 2>&1); then right "its port 443 answers a pod (hairpin)" "$node"; else wrong "hairpin" "a pod on $node does not come to $PUBLIC_NAME:443: $said" "the edge must answer for its public address from within" "$node"; fi
done
need_tools
said=$(fetched GET "https://$PUBLIC_NAME/")
case "$(status_of "$said") $said" in
  [1-5][0-9][0-9]\ *) right "a pod verifies the certificate of $PUBLIC_NAME" ;;
  *certificate* | *SSL*) wrong "its certificate" "a pod does not trust what is shown for $PUBLIC_NAME: $(answer_of "$said")" "gen3.ingress.secret, or its issuer; an authority that images trust" ;;
  *) wrong "its page" "a pod is not answered at https://$PUBLIC_NAME/: $(answer_of "$said")" "the edge must answer for its public address from within" ;;
esac
