# C-10, on each node once all have pulled: the addresses that it may be known by; on those of the registry also who asked it for
# ASKED since SINCE, and got it. Fails where the log cannot be read.
ip -oneline address show scope global | sed -n 's/.* inet6\{0,1\} \([^ /]*\).*/address \1/p'
[ -n "$IS_REGISTRY" ] || exit 0
timeout 5 journalctl --sync 2>/dev/null
log=$(journalctl --unit 'site-registry@read' --since "@$SINCE" --output cat --no-pager --quiet) || exit 1
printf '%s\n' "$log" | grep -F "$ASKED" | sed -n 's/^\([0-9a-fA-F.:]*\) - [^"]*"\(GET\|HEAD\) [^"]*" 200 .*/client \1/p' | sort -u
