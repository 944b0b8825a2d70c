# G-4: the Elasticsearch that Gen3's services look for, from a pod, by the name that they have for it. What makes that name, as the
# bundle has it (SEARCH_OBJECTS), is made in the namespace of this run: nobody has brought it to Gen3's yet.
name=$SEARCH_NAME
[ -n "$ELASTICSEARCH" ] || give_up "the inventory declares no Elasticsearch for Gen3: gen3.elasticsearch" "gen3: {elasticsearch: {host: es.example.org}}, the site's server"
if [ -n "$ELASTICSEARCH_IS_OWN_NAME" ]; then
  wrong "gen3.elasticsearch.host" "gen3.elasticsearch.host is '$ELASTICSEARCH', the name that the bundle makes of it: the site's own server is not named" "gen3: {elasticsearch: {host: es.example.org}}, or the server's address"
  exit 0
fi
need_tools
said=$(printf '%s\n' "$SEARCH_OBJECTS" | sed "s/@NAMESPACE@/$RUN/" | ask apply -f - 2>&1) ||
  give_up "the API does not take the Service '$name' as the bundle has it: $(printf '%s\n' "$said" | tail -n 1)" "gen3.elasticsearch"
place=http://$name.$RUN.svc.$CLUSTER_DOMAIN:9200
# A name that nobody knows yet is remembered as none.
sleep 2
tries=0
while
  said=$(fetched GET "$place")
  tries=$((tries + 1))
  case "$said" in *"curl: (6)"* | *"curl: (7)"*) [ $tries -lt 20 ] ;; *) false ;; esac
do sleep 2; done
version=$(body_of "$said" | tr -d ' \n' | sed -n 's/.*"number":"\([0-9.]*\)".*/\1/p')
case "$version" in
  7.10.*) right "version $version" ;;
  "")
    wrong "Elasticsearch" "a pod has no answer from Elasticsearch by the name $name, which leads to $ELASTICSEARCH: $(answer_of "$said")" "gen3.elasticsearch: host and port; the way there from pods"
    exit 0
    ;;
  *) wrong "version" "Elasticsearch is $version, and Gen3 works with 7.10 alone" "gen3.elasticsearch: a server of 7.10" ;;
esac
# One name for all runs of an instance: what a run left behind the next takes away.
index=$(printf 'provisioner-gates-%s' "$INSTANCE" | tr 'A-Z_' 'a-z-')
fetched DELETE "$place/$index" >/dev/null
said=$(fetched PUT "$place/$index")
case "$(status_of "$said") $(body_of "$said" | tr -d " \n")" in
  200\ *'"acknowledged":true'*) right "an index is made" ;;
  *)
    wrong "an index" "no index can be made: $(answer_of "$said")" "rights, room, and read-only blocks of Elasticsearch"
    exit 0
    ;;
esac
said=$(fetched DELETE "$place/$index")
case "$(status_of "$said") $(body_of "$said" | tr -d " \n")" in
  200\ *'"acknowledged":true'*) right "and dropped" ;;
  *) wrong "an index" "an index cannot be dropped: $(answer_of "$said")" "DELETE $place/$index" ;;
esac
