// The variables of one stage.

#include "provisioner/front/cluster/stage_file.h"

#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/value/json.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds longest_beginning{5};

void remove_what_nobody_holds(const std::string& folder) {
  for (const std::string& name : os::entries(folder)) {
    const std::string path = os::join_path(folder, name);
    if (os::try_to_hold(path)) os::remove_file(path);
  }
}

}  // namespace

StageFile::StageFile(const std::string& directory, const std::string& playbook,
                     const value::Dict& variables) {
  const std::string folder = os::join_path(directory, "stages");
  os::make_directories(folder, 0700);
  // Between writing a file and holding it, another would take it for one that nobody holds.
  const auto alone = os::hold(os::join_path(directory, "stages.lock"), longest_beginning);
  if (!alone)
    throw Error(Kind::refused, "another command is just beginning a stage in '" + directory + "'")
        .set_hint("try again");
  remove_what_nobody_holds(folder);
  path_ = os::join_path(folder, playbook + "-" + crypto::random_token() + ".json");
  os::write_file(path_, value::write_json(value::Value(variables)), 0600);
  auto held = os::try_to_hold(path_);
  if (!held) throw Error(Kind::failed, "'" + path_ + "' is held by another");
  held_ = *std::move(held);
}

StageFile::~StageFile() { ::unlink(path_.c_str()); }

}  // namespace provisioner::cluster
