# What has come to its end since the controller asked last (HAD), each behind "== ID STATUS TENTHS"; then what is to be asked for
# from outside, behind "== outside".
cd "$PLACE" 2>/dev/null || { echo "== gone"; exit 0; }
for end in *.end; do
  gate=${end%.end}
  case " $HAD " in *" $gate "*) continue ;; esac
  [ -s "$end" ] || continue
  printf '\n== %s %s\n' "$gate" "$(cat "$end")"
  cat "$gate.out"
  [ ! -s "$gate.err" ] || ! grep -qv '^0' "$end" || printf '== err %s\n%s\n' "$gate" "$(tail -n 3 "$gate.err")"
done
printf '\n== outside\n'
[ ! -e outside ] || cat outside
systemctl is-active --quiet "$RUN.service" || printf '\n== over\n'
