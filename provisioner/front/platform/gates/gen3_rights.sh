# G-11: what the charts make across the cluster is allowed to whoever deploys (DEPLOYER), by a dry run in their name, which also
# holds what roles give against what they have themselves; and namespaces let nginx start as root.
account=${DEPLOYER#system:serviceaccount:}
if [ "$account" != "$DEPLOYER" ] && ! said=$(ask --namespace "${account%%:*}" get serviceaccount "${account#*:}" 2>&1); then
  case "$said" in
    *NotFound*) give_up "nobody is known who deploys: there is no service account '${account#*:}' in '${account%%:*}'" "gen3_deployer: who does, as the API knows them; or Argo CD: argo_cd_namespace where it stands here, argocd cluster add where it does not" ;;
    *) give_up "the API does not tell of the service account of who deploys: $(printf '%s\n' "$said" | tail -n 1)" "provisioner cluster status $INSTANCE" ;;
  esac
fi
may_make() {  # WHAT KIND WORDS
  what=$1
  shift
  if said=$(ask create "$@" --as "$DEPLOYER" --dry-run=server 2>&1); then
    right "$DEPLOYER may create $what"
    return
  fi
  case "$said" in
    *orbidden*) wrong "create $what" "who deploys ($DEPLOYER) may not create $what, and Gen3's charts do: $(printf '%s\n' "$said" | grep -m 1 orbidden | cut -c -300)" "a role for them with these rights, or an account that has it: gen3_deployer" ;;
    *) lacks "whether who deploys may create $what the API does not say: $(printf '%s\n' "$said" | tail -n 1 | cut -c -300)" "provisioner cluster status $INSTANCE" ;;
  esac
}
may_make "namespaces" namespace "$RUN-rights"
may_make "clusterroles" clusterrole "$RUN-rights" --verb get --resource persistentvolumes
# hatchery's is bound to it.
may_make "clusterrolebindings" clusterrolebinding "$RUN-rights" --clusterrole admin --serviceaccount "$GEN3_NAMESPACE:hatchery-service-account"
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
