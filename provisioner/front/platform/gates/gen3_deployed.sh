# G-14, once Gen3 is deployed: its jobs are done, its pods ready, its keys and its front page are served at the public name, what
# its log-ins count is scraped, and a request comes to the log store as revproxy writes it.
[ -n "$PUBLIC_NAME" ] || give_up "the inventory declares no public name for Gen3: gen3.hostname, or instance_domain"
in_gen3() { ask --namespace "$GEN3_NAMESPACE" "$@"; }
deployments=$(in_gen3 get deployments -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.replicas} {.status.readyReplicas}{"\n"}{end}' 2>/dev/null)
printf '%s\n' "$deployments" | grep -q '^revproxy' ||
  give_up "Gen3 is not deployed in '$GEN3_NAMESPACE': there is no revproxy" "run this gate after it: provisioner gates run $INSTANCE --deployed"
late=$(printf '%s\n' "$deployments" | awk 'NF && $2 != "0" && ($3 == "" || $3 < $2) {printf "%s ", $1}')
if [ -z "$late" ]; then right "all deployments have their pods"; else wrong "deployments" "deployments lack pods: ${late% }" "kubectl -n $GEN3_NAMESPACE get pods"; fi
jobs=$(in_gen3 get jobs -o 'jsonpath={range .items[*]}{.metadata.name} {.status.succeeded} {.status.conditions[?(@.type=="Failed")].status} {.status.conditions[?(@.type=="Failed")].message}{"\n"}{end}' 2>/dev/null)
printf '%s\n' "$jobs" | while read -r name first rest; do
  [ -n "$name" ] || continue
  case "$first $rest" in
    True* | [0-9]*\ True*) wrong "job $name" "the job '$name' has failed: ${rest#True }" "kubectl -n $GEN3_NAMESPACE logs job/$name" ;;
    [1-9]*) right "job $name" ;;
    *) wrong "job $name" "the job '$name' is not done" "kubectl -n $GEN3_NAMESPACE describe job $name" ;;
  esac
done
need_tools
need_authorities_in_pod
canary=gates-$RUN
for page in /user/jwt/keys "/?$canary"; do
  said=$(as_images GET "https://$PUBLIC_NAME$page")
  if [ "$(status_of "$said")" = 200 ]; then
    right "https://$PUBLIC_NAME${page%%\?*}"
  else
    wrong "${page%%\?*}" "a pod does not get https://$PUBLIC_NAME${page%%\?*}: $(answer_of "$said")" "$(remedy "$said" "kubectl -n $GEN3_NAMESPACE logs deployment/revproxy-deployment")"
  fi
done
case "$(as_images GET "https://$PUBLIC_NAME/user/jwt/keys")" in *'"keys"'*) right "fence shows its keys" ;; *) wrong "keys" "fence shows no keys at https://$PUBLIC_NAME/user/jwt/keys: nobody can verify a token" "kubectl -n $GEN3_NAMESPACE logs deployment/fence-deployment" ;; esac
[ -n "$METRICS_QUERY" ] || { [ -z "$MONITORING" ] || METRICS_QUERY=http://${MONITORING%% *}:9090; }
if [ -z "$METRICS_QUERY" ]; then
  lacks "no Prometheus is named (gates_metrics_query): whether log-ins are counted was not tried"
else
  said=$(fetched GET "$METRICS_QUERY/api/v1/query?query=count(gen3_fence_login_total)")
  case "$(body_of "$said" | tr -d ' \n')" in
    *'"result":[]'*) wrong "gen3_fence_login_total" "Prometheus knows no gen3_fence_login_total: nobody scrapes fence, or nobody has logged in yet" "prometheus_pods_of: [$GEN3_NAMESPACE], and api-server in its flows_from; FENCE_CONFIG_PUBLIC.ENABLE_PROMETHEUS_METRICS: true; log in once" ;;
    *'"status":"success"'*) right "log-ins are counted (gen3_fence_login_total)" ;;
    *) wrong "gen3_fence_login_total" "Prometheus at $METRICS_QUERY does not answer a pod: $(answer_of "$said")" "gates_metrics_query, and the way there from pods" ;;
  esac
fi
[ -n "$LOGS_QUERY" ] || give_up "the inventory does not say where logs are looked up (gates_logs_query): whether requests are logged was not tried"
waited=0
while [ $waited -lt 60 ]; do
  found=$(found_at "$LOGS_QUERY" "$canary")
  case "$found" in *"$canary"*response_secs* | *response_secs*"$canary"*) right "a request is found in the log store, with its duration"; exit 0 ;; esac
  waited=$((waited + 2))
  sleep 2
done
case "$found" in
  *"$canary"*) wrong "revproxy's line" "a request is found in the log store, and not as revproxy's JSON (response_secs)" "revproxy's access log; what the log reader does to it" ;;
  *) wrong "revproxy's line" "a request to https://$PUBLIC_NAME/ is not found in the log store within 60 s" "the log reader; gates_logs_query" ;;
esac
