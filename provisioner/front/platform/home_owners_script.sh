# Of each export, named by depth and path: the type of what is mounted there, then of each directory at that depth its owner,
# group, mode and path. Newlines in names become "?". "end" stands where all of it was read.
number=0
while [ $# -gt 0 ]; do
  depth=$1 path=$2
  shift 2
  printf '== %s\n' "$number"
  number=$((number + 1))
  if ! [ -d "$path" ]; then
    echo "is not there"
    continue
  fi
  printf 'type %s\n' "$(findmnt -n -o FSTYPE -T "$path" | tail -n 1)"
  {
    timeout 45 find "$path" -mindepth "$depth" -maxdepth "$depth" -type d -printf '%U %G %m %P\0' && printf 'end\0'
  } | tr '\n\0' '?\n'
done
