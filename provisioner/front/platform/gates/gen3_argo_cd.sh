# G-13, once the platform stands: Argo CD is there where the profile says so, reaches the repositories of Gen3's Application, and
# that is synced and healthy.
kind=applications.argoproj.io
case "$OWNER_argo_cd" in
  absent)
    if ask get crd $kind >/dev/null 2>&1; then wrong "absence" "Argo CD is there (its kind $kind), and the profile says that it is absent" "provisioner profile explain $INSTANCE"
    else right "no Argo CD, as the profile has it"; fi
    exit 0
    ;;
esac
if [ "$ARGO_IS_ELSEWHERE" = true ] && ! ask get crd $kind >/dev/null 2>&1; then
  give_up "Argo CD stands in another cluster (gen3.gitops.destination): what becomes of its Application is not seen from here" "argocd app get $ARGO_APPLICATION, there; where it stands here: gen3.gitops.destination: in-cluster"
fi
ask get crd $kind >/dev/null 2>&1 || { wrong "Argo CD" "there is no Argo CD (its kind $kind), and the profile says that it is $OWNER_argo_cd" "provisioner profile explain $INSTANCE"; exit 0; }
need_tools
# Git over HTTP says what there is of a repository at this address; one that asks who we are is reached, too.
for url in $ARGO_REPOSITORIES; do
  case "$url" in
    *.git) page=$url/info/refs?service=git-upload-pack ;;
    http*://*) page=${url%/}/index.yaml ;;
    *) note "$url is no address of HTTP: it was not asked"; continue ;;
  esac
  said=$(fetched GET "$page")
  case "$(status_of "$said")" in
    200 | 401 | 403) right "pods reach $url" ;;
    *) wrong "repository" "pods do not reach the repository $url: $(answer_of "$said")" "the way there from pods, a proxy, or a mirror" ;;
  esac
done
found=$(ask --namespace "$ARGO_CD_NAMESPACE" get $kind "$ARGO_APPLICATION" -o 'jsonpath={.status.sync.status} {.status.health.status}' 2>/dev/null) ||
  give_up "there is no Application '$ARGO_APPLICATION' in '$ARGO_CD_NAMESPACE': Gen3 is not deployed yet" "gen3/gitops/ of the bundle; run this gate after it"
said=$(ask --namespace "$ARGO_CD_NAMESPACE" get $kind "$ARGO_APPLICATION" -o 'jsonpath={range .status.conditions[*]}{.type}: {.message}{"\n"}{end}' 2>/dev/null | head -n 1 | cut -c -300)
case "$found" in
  "Synced Healthy") right "the Application '$ARGO_APPLICATION' is synced and healthy" ;;
  *)
    bad=$(ask --namespace "$ARGO_CD_NAMESPACE" get $kind "$ARGO_APPLICATION" -o 'jsonpath={range .status.resources[*]}{.kind} {.name} {.status} {.health.status}{"\n"}{end}' 2>/dev/null | grep -v -e ' Synced Healthy$' -e ' Synced *$' | head -n 3 | tr '\n' ';')
    wrong "Application" "the Application '$ARGO_APPLICATION' is ${found:-of no state}${said:+: $said}${bad:+ (${bad%;})}" "argocd app get $ARGO_APPLICATION"
    ;;
esac
