# C-5: a Service of the type LoadBalancer gets an address of the pool that is declared, and answers there: to pods (hairpin)
# and to the controller, which is outside.
need_probes
pool=$(printf '%s' "$POOLS" | awk -v for_whom="$INGRESS_VISIBILITY" '$2 == for_whom {print $1; exit}')
[ -n "$pool" ] || pool=$(printf '%s' "$POOLS" | awk 'NF {print $1; exit}')
here apply -f - >/dev/null <<EOT || give_up "a Service is refused"
apiVersion: v1
kind: Service
metadata:
  name: balanced
  annotations: {${pool:+metallb.io/address-pool: "$pool"}}
spec: {type: LoadBalancer, selector: {part: probe}, ports: [{port: 8080, targetPort: 8080}]}
EOT
longest=25
[ "$OWNER_load_balancer" != absent ] && [ "$OWNER_load_balancer" != platform ] || longest=6
waited=0 address=
while [ -z "$address" ] && [ $waited -lt $longest ]; do
  address=$(here get service balanced -o 'jsonpath={.status.loadBalancer.ingress[0].ip}')
  [ -n "$address" ] || sleep 1
  waited=$((waited + 1))
done
if [ $longest = 6 ]; then
  if [ -z "$address" ]; then
    right "nobody gives a Service an address, as the profile has it"
  else
    wrong "absence" "a load balancer gives $address, and the profile says that it is $OWNER_load_balancer" "provisioner profile explain $INSTANCE"
  fi
  exit 0
fi
if [ -z "$address" ]; then
  event=$(here get events --field-selector involvedObject.name=balanced -o 'jsonpath={range .items[*]}{.reason}: {.message}{"\n"}{end}' | grep -i -e fail -e error | tail -n 1)
  speakers=$(ask --namespace metallb-system get pods -o 'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' 2>/dev/null | sed -n 's/ False$//p' | tr '\n' ' ')
  if [ "$OWNER_load_balancer" = provisioner ] && ! ask --namespace metallb-system get ipaddresspool "$pool" >/dev/null 2>&1; then
    why="a Service gets no address: the pool '$pool' of the inventory is not on the cluster"
  else
    why="a Service gets no address within $longest s: ${event:-nobody says why}${speakers:+; not ready: $speakers}"
  fi
  wrong "an address" "$why" "provisioner cluster up $INSTANCE"
  exit 0
fi
number_of() { printf '%s\n' "$1" | awk -F. '{printf "%.0f", (($1 * 256 + $2) * 256 + $3) * 256 + $4}'; }
is_in_pool=
for range in $(printf '%s' "$POOLS" | awk -v pool="$pool" '$1 == pool {print $3}'); do
  case "$range" in
    */*)
      size=$(awk -v bits="${range#*/}" 'BEGIN {printf "%.0f", 2 ^ (32 - bits)}')
      from=$(number_of "${range%/*}") to=$(($(number_of "${range%/*}") + size - 1))
      ;;
    *) from=$(number_of "${range%-*}") to=$(number_of "${range#*-}") ;;
  esac
  number=$(number_of "$address")
  [ "$number" -lt "$from" ] || [ "$number" -gt "$to" ] || is_in_pool=yes
done
if [ -n "$is_in_pool" ] || [ -z "$POOLS" ]; then
  right "an address of the pool '$pool'"
else
  wrong "an address" "the address $address is of none of the ranges that the inventory has for the pool '$pool'" "load_balancer_pools; provisioner cluster up $INSTANCE"
fi
note "$address was given"
for node in $nodes; do
  # One node takes a moment to answer for a new address.
  # shellcheck disable=SC2016
  if said=$(probe "$node" sh -c 'for i in 1 2 3 4 5 6; do timeout 4 wget -q -O - "http://$1:8080/" && exit 0; sleep 1; done; exit 1' sh "$address" 2>&1); then
    right "a pod reaches the address (hairpin)" "$node"
  else
    wrong "hairpin" "a pod on $node does not reach the load balancer's address $address: $(printf '%s' "$said" | tail -n 1)" "look at kube-proxy, or what stands for it, on $node" "$node"
  fi
done
came=$(page_from_outside "http://$address:8080/")
if [ "$came" = yes ]; then
  right "the controller reaches the address, from outside"
else
  wrong "from outside" "the controller does not reach the load balancer's address $address: $came" "which node answers for it: kubectl -n metallb-system logs -l component=speaker"
fi
