# G-11: what the charts make across the cluster is allowed to whoever deploys, and namespaces let nginx start as root.
for what in namespaces clusterroles.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io; do
  if [ "$(ask auth can-i create "$what" 2>/dev/null)" = yes ]; then right "may create $what"; else wrong "create $what" "who deploys may not create $what, and Gen3's charts do" "deploy by an account with these rights"; fi
done
if ! ask get namespace "$GEN3_NAMESPACE" >/dev/null 2>&1; then
  note "there is no namespace '$GEN3_NAMESPACE' yet: the bundle brings it, as baseline"
  exit 0
fi
level=$(ask get namespace "$GEN3_NAMESPACE" -o 'jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}' 2>/dev/null)
case "$level" in
  restricted) wrong "pod security" "the namespace '$GEN3_NAMESPACE' is restricted: Gen3's images start nginx as root" "pod-security.kubernetes.io/enforce: baseline" ;;
  *)
    if said=$(ask --namespace "$GEN3_NAMESPACE" run gates-nginx --image "$IMAGE" --restart Never --dry-run=server 2>&1); then right "a pod that starts as root is taken into '$GEN3_NAMESPACE'"
    else wrong "pods" "a pod that starts as root is refused in '$GEN3_NAMESPACE': $(printf '%s\n' "$said" | tail -n 1)" "pod-security.kubernetes.io/enforce: baseline"; fi
    ;;
esac
