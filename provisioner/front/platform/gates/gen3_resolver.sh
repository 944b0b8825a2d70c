# G-7: the name service that revproxy's nginx is told (revproxy.nginx.resolver) answers.
resolver=${NGINX_RESOLVER:-kube-dns.kube-system.svc.$CLUSTER_DOMAIN}
need_probes
for node in $nodes; do
  if probe "$node" timeout 8 nslookup "$resolver" >/dev/null 2>&1 && probe "$node" timeout 8 nslookup "kubernetes.default.svc.$CLUSTER_DOMAIN" "$resolver" >/dev/null 2>&1; then
    right "$resolver answers" "$node"
  else
    there=$(ask get services --all-namespaces --selector k8s-app=kube-dns -o 'jsonpath={range .items[*]}{.metadata.name}.{.metadata.namespace} {end}')
    wrong "$resolver" "the resolver that Gen3's nginx is told, $resolver, does not answer in a pod on $node; this cluster's is ${there:-not to be found}" "gen3_nginx_resolver, which becomes revproxy.nginx.resolver" "$node"
  fi
done
