#!/bin/sh
# Whether the bucket takes, gives and lets go of an object, by path. Needs curl 7.75 or newer.
# The key is read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and given to curl in a file that only you can read.
set -eu
url="${S3_URL:-@URL@}" region="${S3_REGION:-@REGION@}" bucket="${S3_BUCKET:-@BUCKET@}"
: "${AWS_ACCESS_KEY_ID:?}" "${AWS_SECRET_ACCESS_KEY:?}"
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'user = "%s:%s"\naws-sigv4 = "aws:amz:%s:s3"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$region" >"$work/curl"
call() { curl --config "$work/curl" -sSf -m 30 "$@"; }
fail() { echo "s3: $1" >&2; exit 2; }
object="$url/$bucket/handoff-check-$$"
date >"$work/sent"
call --upload-file "$work/sent" "$object" >/dev/null || fail "$bucket takes no object"
call "$object" >"$work/got" || fail "$bucket gives no object"
cmp -s "$work/sent" "$work/got" || fail "what came back is not what was sent"
call -X DELETE "$object" >/dev/null || fail "$bucket lets go of no object"
echo "s3: $bucket at $url takes, gives and lets go"
