# P-3: the address that is kept for Phalanx's ingress is what the name of the environment leads to; nobody has it before Phalanx
# comes, and its ingress has it then (namespace ingress-nginx: lsst-sqre/phalanx, environments/templates/applications/infrastructure).
[ -n "$FQDN" ] || give_up "the inventory declares no name of the environment: phalanx.fqdn, or instance_domain"
[ -n "$PHALANX_ADDRESS" ] || give_up "the inventory keeps no address for Phalanx's ingress: phalanx.address"
found=$(timeout 10 getent ahostsv4 "$FQDN" | awk '{print $1}' | sort -u | tr '\n' ' ')
case " $found " in
  "  ") wrong "its record" "the name $FQDN leads nowhere" "an A record $FQDN -> $PHALANX_ADDRESS" ;;
  " $PHALANX_ADDRESS "*) right "$FQDN leads to $PHALANX_ADDRESS" ;;
  *) wrong "its record" "the name $FQDN leads to $found, and the address that is kept is $PHALANX_ADDRESS" "the A record of $FQDN" ;;
esac
taken=$(ask get services --all-namespaces -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {.status.loadBalancer.ingress[*].ip}{"\n"}{end}' | awk -v it="$PHALANX_ADDRESS" '$2 == it {print $1}')
case "$DEPLOYED:$taken" in
  :) right "nobody has it yet" ;;
  :ingress-nginx/*) wrong "the address" "$PHALANX_ADDRESS is taken by the Service $taken" "where Phalanx stands here: gates run $INSTANCE --deployed" ;;
  yes:ingress-nginx/*) right "Phalanx's ingress has it: $taken" ;;
  yes:) wrong "the address" "no Service has $PHALANX_ADDRESS, and Phalanx's ingress is to have it" "kubectl --namespace ingress-nginx get services; loadBalancerIP in applications/ingress-nginx of the fork" ;;
  *) wrong "the address" "$PHALANX_ADDRESS is taken by the Service $taken" "another pool, or phalanx.address" ;;
esac
