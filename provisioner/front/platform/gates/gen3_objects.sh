# G-5, from a pod: by URLs that are signed for one thing and ten minutes (S3_PUT, S3_GET, S3_DELETE) an object is put, got and
# deleted; without a signature nobody gets it; and browsers on the public name may ask. The controller tries the same from outside.
[ -n "$S3" ] || give_up "the inventory declares no object store for Gen3: gen3.s3"
need_tools
need_authorities_in_pod
if [ -z "$S3_PUT" ]; then
  said=$(as_images GET "$S3")
  case "$(status_of "$said")" in
    [1-5][0-9][0-9]) right "a pod is answered, with status $(status_of "$said")" ;;
    *) wrong "from a pod" "a pod has no answer from $S3: $(answer_of "$said")" "$(remedy "$said" "gen3.s3.url; the way there from pods")" ;;
  esac
  lacks "no bucket or key of the object store is known here: nothing was put, got and signed" "gen3.s3.bucket, and gen3_s3_key: {id, secret}, sealed"
  exit 0
fi
text=$RUN-$(date +%s%N)
said=$(as_images PUT "$S3_PUT" "data-binary = \"$text\"
header = \"Content-Type: text/plain\"")
case "$(status_of "$said")" in
  20?) right "an object is put" ;;
  *)
    wrong "put" "a pod cannot put an object into $S3: $(answer_of "$said")" "$(remedy "$said" "gen3.s3, gen3_s3_key; the store's clock; path style")"
    exit 0
    ;;
esac
said=$(as_images GET "$S3_GET")
if [ "$(status_of "$said")" = 200 ] && [ "$(body_of "$said")" = "$text" ]; then right "and got by a signed URL"; else wrong "get" "a signed URL does not give what was put: $(answer_of "$said")" "rights of the key"; fi
said=$(as_images GET "${S3_GET%%\?*}")
case "$(status_of "$said")" in
  401 | 403) right "not without a signature" ;;
  200) wrong "unsigned" "whoever has no key gets objects of the bucket" "the bucket's policy: no public read" ;;
  *) wrong "unsigned" "an unsigned question is not refused as it should be: $(answer_of "$said")" "the store's answer should be 403" ;;
esac
if [ -z "$PUBLIC_NAME" ]; then
  lacks "no public name is known (gen3.hostname): whether browsers may ask the store was not tried"
else
  said=$(as_images OPTIONS "${S3_PUT%%\?*}" "header = \"Origin: https://$PUBLIC_NAME\"
header = \"Access-Control-Request-Method: PUT\"
include")
  allowed=$(printf '%s\n' "$said" | tr -d '\r' | sed -n 's/^[Aa]ccess-[Cc]ontrol-[Aa]llow-[Oo]rigin: *//p')
  case "$allowed" in
    "*" | "https://$PUBLIC_NAME") right "browsers on $PUBLIC_NAME may put objects (CORS)" ;;
    *) wrong "CORS" "the store does not let browsers on https://$PUBLIC_NAME put objects: it allows '${allowed:-nobody}'" "a CORS rule of the bucket: origin https://$PUBLIC_NAME, methods GET, PUT, HEAD" ;;
  esac
fi
said=$(as_images DELETE "$S3_DELETE")
case "$(status_of "$said")" in 20?) right "and deleted" ;; *) wrong "delete" "the object cannot be deleted: $(answer_of "$said")" "rights of the key" ;; esac
