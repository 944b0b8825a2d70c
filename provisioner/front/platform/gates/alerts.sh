# C-12, after the measurements: an alert that means nothing reaches those who get alerts. It is given to Alertmanager where the
# inventory names one, which sends it on; else to the receiver's webhook, from a pod, as Grafana does.
[ -n "$ALERTMANAGER$ALERTS_WEBHOOK" ] ||
  give_up "the inventory names nobody who gets alerts: none was sent" "gates_alertmanager or gates_alerts_webhook, and gates_alerts_query where the receiver can be asked"
need_tools
canary=provisioner-gates-$RUN
# Whether the receiver has it, by its own account, in so many seconds.
is_received() {  # SECONDS
  waited=0
  while [ $waited -lt "$1" ]; do
    case "$(found_at "$ALERTS_QUERY" "$canary")" in *"$canary"*) return 0 ;; esac
    waited=$((waited + 2))
    sleep 2
  done
  return 1
}
# What Alertmanager's receivers took of it, and what failed: "TAKEN FAILED". It tries again for long before it counts a notification as lost.
notifications() {
  body_of "$(fetched GET "${ALERTMANAGER%/}/metrics")" |
    awk '/^alertmanager_notification_requests_total/ {all += $NF} /^alertmanager_notification_requests_failed_total/ {failed += $NF} END {print all - failed, failed + 0}'
}
# Where others of its group were told of before, Alertmanager waits for longer than we do.
held_back() {
  others=$(body_of "$(fetched GET "${ALERTMANAGER%/}/api/v2/alerts?active=true")" | grep -o '"fingerprint"' | grep -c .)
  [ "$others" -gt 1 ] && lacks "Alertmanager took an alert and told nobody within 100 s; $((others - 1)) others are under way, with which it may hold this one back (group_interval)" "run it again without them, or group_by: [alertname]"
}
if [ -n "$ALERTMANAGER" ]; then
  before=$(notifications)
  ends=$(date -u -d '+3 minutes' +%Y-%m-%dT%H:%M:%SZ)
  # By a name of its own it is in a group of its own, where alerts are grouped by their names.
  alert="[{\\\"labels\\\": {\\\"alertname\\\": \\\"ProvisionerGates $RUN\\\", \\\"severity\\\": \\\"info\\\", \\\"canary\\\": \\\"$canary\\\"}, \\\"annotations\\\": {\\\"summary\\\": \\\"$canary: nothing is wrong\\\"}, \\\"endsAt\\\": \\\"$ends\\\"}]"
  said=$(fetched POST "${ALERTMANAGER%/}/api/v2/alerts" "header = \"Content-Type: application/json\"
data-binary = \"$alert\"")
  if [ "$(status_of "$said")" != 200 ]; then
    wrong "an alert" "Alertmanager at $ALERTMANAGER takes no alert: $(answer_of "$said")" "systemctl status prometheus-alertmanager, or its pods"
    exit 0
  fi
  right "Alertmanager takes an alert"
  # It waits for others of its group first: 30 s unless it is told otherwise.
  if [ -n "$ALERTS_QUERY" ]; then
    if is_received 100; then right "and its receiver has it"; elif held_back; then :; else wrong "the receiver" "an alert that Alertmanager took did not come to $ALERTS_QUERY within 100 s: $(notifications | awk '{print $1 " notifications were taken and " $2 " failed by now"}')" "the route and the receivers of Alertmanager"; fi
    exit 0
  fi
  waited=0
  while [ $waited -lt 100 ]; do
    after=$(notifications)
    [ "${after% *}" = "${before% *}" ] || break
    waited=$((waited + 2))
    sleep 2
  done
  if [ "${after% *}" != "${before% *}" ]; then right "and has told its receiver of it"
  elif [ "${after#* }" != "${before#* }" ]; then wrong "the receiver" "Alertmanager took an alert, and its receiver does not take it" "the logs of Alertmanager; the receiver's URL"
  else held_back || wrong "the receiver" "Alertmanager took an alert and told nobody of it within 100 s" "the route of Alertmanager: which receiver gets alerts without further labels"; fi
  exit 0
fi
said=$(fetched POST "$ALERTS_WEBHOOK" "header = \"Content-Type: application/json\"
data-binary = \"{\\\"text\\\": \\\"$canary: nothing is wrong\\\"}\"")
case "$(status_of "$said")" in
  20?) right "the receiver of alerts takes one, from a pod" ;;
  *)
    wrong "the receiver" "the receiver of alerts does not take one from a pod: $(answer_of "$said")" "gates_alerts_webhook, and the way there from pods"
    exit 0
    ;;
esac
[ -n "$ALERTS_QUERY" ] || exit 0
if is_received 30; then right "and has it"; else wrong "the receiver" "the receiver of alerts took one, and it is not found at $ALERTS_QUERY" "gates_alerts_query"; fi
