// The agent's file and the way it comes to a node.

#include "provisioner/engine/transport/agent_image.h"

#include <filesystem>
#include <map>
#include <mutex>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::transport {
namespace {

// $1 marker, $2 digest. A directory counts only if its inode is ours and lies where its name says:
// below /var/tmp anybody may have put a link or a directory of that name. The later places are for
// nodes where the first is noexec, full or read-only. A file gets its name only when it was proved
// to be whole, on disk, and able to run there. No child is started where the agent is in its place
// already: a login is most of what a short run costs a node.
constexpr const char* script = R"sh({ umask 022
echo "$1"
h=$PWD
while read -r k r u m && [ "$k" != Uid: ]; do u=; done 2>/dev/null </proc/self/status
[ "$u" ] || u=$(id -u)
l="/var/tmp/.provisioner-$u /run/user/$u/.provisioner /dev/shm/.provisioner-$u"
l="$l /tmp/.provisioner-$u"
if [ "$u" = 0 ]; then l="/var/lib/provisioner/agent /run/provisioner/agent $l"; fi
ours() {
  cd -P "${1%/*}" 2>/dev/null && p=$PWD && cd -P "$1" 2>/dev/null && [ -O . ] &&
    [ "$PWD" = "$p/${1##*/}" ]
  s=$?
  cd "$h" || cd /
  return $s
}
for d in $l; do
  f=$d/agent-$2
  if ours "$d" && [ -O "$f" ] && [ -x "$f" ]; then exec "$f"; fi
done
r=
for d in $l; do
  case $d in */agent) m=$(mkdir -p "${d%/*}" 2>&1) || { r="$r$m; "; continue; } ;; esac
  [ -d "${d%/*}" ] || continue
  if ! [ -d "$d" ] && ! m=$(mkdir "$d" 2>&1); then r="$r$m; "; continue; fi
  if ! ours "$d"; then r="$r$d: belongs to somebody else; "; continue; fi
  if ! m=$(chmod 711 "$d" 2>&1); then r="$r$m; "; continue; fi
  f=$d/agent-$2
  t=$f.$$
  echo "need $d"
  read -r n
  m=$(head -c "$n" | { { gzip -dc >"$t"; } 2>&1; s=$?; cat >/dev/null; exit $s; }) &&
    m=$(chmod 755 "$t" 2>&1) && m=$(sha256sum "$t" 2>&1) && m="$t: arrived damaged" &&
    [ "$(sha256sum <"$t" | cut -c1-64)" = "$2" ] && m="mounted noexec" &&
    [ -x "$t" ] && m=$("$t" --probe 2>&1) &&
    m=$(sync "$t" 2>&1) && m=$(mv -f "$t" "$f" 2>&1) && {
      find "$d" -name 'agent-*' ! -name "agent-$2" -mtime +30 -exec rm -f {} + 2>/dev/null
      exec "$f"
    }
  rm -f "$t" 2>/dev/null
  r="$r$d: $m; "
done
echo "failed $r" | tr -s '\n ' ' '
echo
exit 1; }
)sh";

constexpr std::chrono::seconds copying{2};

struct Known {
  std::mutex mutex;
  std::map<std::string, std::string> digests, packed;
};

Known& known() {
  static Known files;
  return files;
}

// What the build packed beside the agent is named by its digest, and not older than it, but for the
// order in which a copy was made. Nodes hold what arrives against that name: one that lies is found
// out.
std::optional<std::string> digest_in_name(const std::string& path) {
  constexpr std::size_t digits = 64;
  const std::vector<std::string> packed = os::glob(path + "-*.gz");
  if (packed.size() != 1) return std::nullopt;
  const std::string digest = packed.front().substr(path.size() + 1, digits);
  const bool is_digest = packed.front().size() == path.size() + 1 + digits + 3 &&
                         crypto::is_sha256(digest);
  std::error_code problem;
  if (!is_digest || std::filesystem::last_write_time(packed.front(), problem) + copying <
                        std::filesystem::last_write_time(path, problem))
    return std::nullopt;
  return digest;
}

}  // namespace

std::string find_agent(const std::string& given) {
  const std::string path =
      given.empty()
          ? os::join_path(os::parent_of(os::real_path("/proc/self/exe")), "provisioner-agent")
          : given;
  if (os::is_executable(path)) return path;
  throw base::Error(base::Kind::failed, "the agent is not at '" + path + "'")
      .set_hint("it belongs beside the program; build or install both");
}

std::string agent_digest(const std::string& path) {
  const std::lock_guard guard(known().mutex);
  std::string& digest = known().digests[path];
  if (digest.empty()) digest = digest_in_name(path).value_or("");
  if (digest.empty()) digest = crypto::file_digest("sha256", path);
  return digest;
}

const std::string& packed_agent(const std::string& path) {
  const std::string beside = path + "-" + agent_digest(path) + ".gz";  // made by the build
  const std::lock_guard guard(known().mutex);
  std::string& packed = known().packed[path];
  if (packed.empty()) packed = os::read_file(beside).value_or("");
  if (packed.empty())
    packed = os::run_checked(
        {.argv = {"gzip", "-n", "-c", path}, .deadline = std::chrono::minutes(5)});
  return packed;
}

std::string agent_command(const std::string& marker, const std::string& digest) {
  return "exec /bin/sh -s " + marker + " " + digest;
}

std::string agent_script() { return script; }

}  // namespace provisioner::transport
