# P-4: the certificate of the environment's name is one that stock images trust, for long enough; or names of its zone are proved
# by Route 53, which then has to be who the world asks about it.
[ -n "$FQDN" ] || give_up "the inventory declares no name of the environment: phalanx.fqdn, or instance_domain"
if [ -n "$ROUTE53_ZONE" ]; then
  case "$FQDN" in
    *".$ROUTE53_ZONE" | "$ROUTE53_ZONE") ;;
    *) wrong "zone" "the name $FQDN is not of the zone $ROUTE53_ZONE that Route 53 is to prove it by" "phalanx_route53_zone"; exit 0 ;;
  esac
  need_probes
  node=${nodes%% *}
  servers=$(probe "$node" timeout 15 nslookup -type=ns "$ROUTE53_ZONE" 2>/dev/null | sed -n 's/.*nameserver = //p' | sed 's/\.$//' | tr '\n' ' ')
  others=$(printf '%s\n' $servers | grep -v -e '\.awsdns-[0-9]*\.' -e '^$' | tr '\n' ' ')
  if [ -z "$servers" ]; then wrong "delegation" "nobody tells pods who answers for the zone $ROUTE53_ZONE" "NS records of $ROUTE53_ZONE where its parent is kept"
  elif [ -n "$others" ]; then wrong "delegation" "the zone $ROUTE53_ZONE is not Route 53's: ${others% } answers for it" "NS records of $ROUTE53_ZONE: those that Route 53 gave"
  else
    right "the zone $ROUTE53_ZONE is Route 53's"
    server=${servers%% *}
    if probe "$node" timeout 15 nslookup -type=soa "$ROUTE53_ZONE" "$server" 2>/dev/null | grep -q 'origin = '; then right "$server answers for it"
    else wrong "delegation" "$server, which is to answer for the zone $ROUTE53_ZONE, does not know it" "the hosted zone $ROUTE53_ZONE in Route 53"; fi
  fi
  exit 0
fi
is_there 60 chain.pem no-certificate || give_up "the controller did not say which certificate it is"
[ -e "$PLACE/chain.pem" ] ||
  give_up "no certificate of $FQDN is known here, and no zone of Route 53" "phalanx_certificate: a file beside the inventory with the chain, or phalanx_vault, which has it; or phalanx_route53_zone"
need_authorities_here
why=$(why_stock_images_distrust "$PLACE/chain.pem" "$FQDN")
if [ -z "$why" ]; then right "stock images trust the certificate of $FQDN"
else wrong "trust" "stock images do not trust the certificate of $FQDN: $why" "a certificate of a public authority, with its whole chain"; fi
ends=$(openssl x509 -in "$PLACE/chain.pem" -noout -enddate 2>/dev/null | sed 's/notAfter=//')
if [ -z "$ends" ]; then wrong "its form" "what is declared as the certificate of $FQDN is none" "PEM, the server's own first"
elif openssl x509 -in "$PLACE/chain.pem" -noout -checkend 2592000 >/dev/null 2>&1; then right "it lasts until $ends"
else wrong "its life" "the certificate of $FQDN ends within 30 days: $ends" "a new one"; fi
