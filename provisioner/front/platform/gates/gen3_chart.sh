# G-12: the chart as it was rendered on the controller (chart.yml, beside this script once it is there) would be taken by the API,
# each object of it. The controller has compared two renderings.
is_there 130 chart.yml no-chart || give_up "the controller did not render the chart in time"
[ -e "$PLACE/chart.yml" ] || exit 0
space=$GEN3_NAMESPACE
if ! ask get namespace "$space" >/dev/null 2>&1; then
  note "there is no namespace '$space' yet, so the chart was tried in one of the gate's own"
  sed "s/^\( *\)namespace: [\"']*$space[\"']* *\$/\1namespace: $RUN/" "$PLACE/chart.yml" >"$PLACE/chart-here.yml" && mv "$PLACE/chart-here.yml" "$PLACE/chart.yml"
  space=$RUN
fi
timeout 120 kubectl --request-timeout 60s --namespace "$space" apply --dry-run=server -f "$PLACE/chart.yml" >"$PLACE/chart-taken" 2>"$PLACE/chart-refused"
status=$?
taken=$(grep -c '(server dry run)' "$PLACE/chart-taken")
[ $status -ne 124 ] || give_up "the API did not look at the whole chart within two minutes: $taken objects"
[ "$taken" = 0 ] || right "the API takes $taken objects of the chart"
# "Error from server (Invalid): error when creating "...": the rest", and of kinds that there are not "resource mapping not found".
grep -v -e '^Warning' -e '^$' -e 'ensure CRDs are installed first' "$PLACE/chart-refused" | sed "s|error when [a-z]* \"$PLACE/chart.yml\": ||; s|error: unable to recognize \"$PLACE/chart.yml\": ||" | sort -u | while read -r line; do
  case "$line" in
    *'no matches for kind'*) wrong "a kind" "the chart has objects of a kind that the cluster does not know: $(printf '%s' "$line" | sed 's/.*no matches for kind //')" "whoever owns the component brings its kinds: provisioner profile explain $INSTANCE" ;;
    *) wrong "an object" "the API refuses an object of the chart: $(printf '%s' "$line" | cut -c -400)" "kubectl apply --dry-run=server" ;;
  esac
done
[ $status = 0 ] || [ -s "$PLACE/chart-refused" ] || wrong "the chart" "kubectl ended with status $status over the chart, and does not say why" "kubectl apply --dry-run=server"
