# G-7: the name service that revproxy's nginx is told (revproxy.nginx.resolver of the bundle's values) answers.
[ -n "$NGINX_RESOLVER" ] || give_up "the inventory says nothing of Gen3: gen3" "docs/manual-handoff.md, The bundle"
resolver=$NGINX_RESOLVER
need_probes
for node in $nodes; do
  if probe "$node" timeout 8 nslookup "$resolver" >/dev/null 2>&1 && probe "$node" timeout 8 nslookup "kubernetes.default.svc.$CLUSTER_DOMAIN" "$resolver" >/dev/null 2>&1; then
    right "$resolver answers" "$node"
  else
    there=$(ask get services --all-namespaces --selector k8s-app=kube-dns -o 'jsonpath={range .items[*]}{.metadata.name}.{.metadata.namespace} {end}')
    wrong "$resolver" "the resolver that Gen3's nginx is told, $resolver, does not answer in a pod on $node; this cluster's is ${there:-not to be found}" "service_subnet, whose tenth address revproxy.nginx.resolver is, and the cluster's name service" "$node"
  fi
done
