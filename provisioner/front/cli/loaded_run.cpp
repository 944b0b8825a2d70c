// Reading what a run is made of.

#include "provisioner/front/cli/loaded_run.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/play_setup.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Value;

void add_files(const std::string& path, std::vector<std::string>& files) {
  if (!os::is_directory(path)) {
    if (os::is_file(path)) files.push_back(path);
    return;
  }
  for (const std::string& name : os::entries(path)) add_files(os::join_path(path, name), files);
}

std::string digest_of(std::vector<std::string> files) {
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  std::string text;
  for (const std::string& file : files)
    if (os::is_file(file)) text += crypto::file_digest("sha256", file) + "  " + file + "\n";
  return crypto::sha256(text);
}

// The files of the inventories, and of group_vars and host_vars beside them and beside the
// playbook.
std::string digest_of_inventory(const std::vector<std::string>& inputs,
                                const std::string& playbook_directory) {
  std::vector<std::string> files;
  std::vector<std::string> folders = {playbook_directory};
  for (const std::string& input : inputs) {
    if (input.find(',') != std::string::npos) continue;
    const std::string path = os::absolute(input);
    add_files(path, files);
    folders.push_back(os::parent_of(path));
  }
  for (const std::string& folder : folders)
    for (const char* name : {"group_vars", "host_vars"})
      add_files(os::join_path(folder, name), files);
  return digest_of(std::move(files));
}

std::string playbook_folder(const RunWords& words) {
  return words.playbooks.empty() ? os::absolute(".")
                                 : os::parent_of(os::absolute(words.playbooks.front()));
}

std::string nearest_file(const std::string& path) {
  const std::string folder = os::parent_of(path);
  if (!os::is_directory(folder)) return "there is no directory '" + folder + "'";
  return base::suggestion(path.substr(path.rfind('/') + 1), os::entries(folder));
}

// In Ansible's words where it has some.
void require_playbook(const std::string& book) {
  if (os::is_directory(book)) {
    throw Error(Kind::failed, "the playbook: " + book + " does not appear to be a file")
        .set_hint("it is a directory: which of its files is meant?");
  }
  if (os::exists(book)) return;
  const auto target = os::link_target(book);
  throw Error(Kind::failed, "the playbook: " + book + " could not be found")
      .set_hint(target ? "it is a link to '" + *target + "', which is not there"
                       : nearest_file(book));
}

std::vector<std::string> library_folders(const RunWords& words, const run::Options& options) {
  std::vector<std::string> folders =
      action::library_directories(playbook_folder(words), options.roles_path);
  folders.insert(folders.end(), options.module_paths.begin(), options.module_paths.end());
  const std::string here = os::absolute(".") + "/";  // named as the user would type them
  for (std::string& folder : folders)
    if (folder.starts_with(here)) folder.erase(0, here.size());
  return folders;
}

}  // namespace

inventory::OpenVault vault_opener(const std::vector<crypto::VaultSecret>& secrets) {
  if (secrets.empty()) return {};  // whoever meets a vault says that no password is given
  return [&secrets](std::string_view text, base::Pos pos) {
    return crypto::open_vault(text, secrets, pos);
  };
}

LoadedRun::LoadedRun(const RunWords& words, run::Options options, base::Diagnostics& diagnostics)
    : options_(std::move(options)),
      surroundings_(options_.vault_secrets),
      templar_(surroundings_),
      catalog_(library_folders(words, options_)) {
  for (const std::string& book : options_.playbooks)
    require_playbook(book);
  inventory_ = std::make_shared<const inventory::Inventory>(
      inventory::Inventory::load({options_.inventories, playbook_folder(words)},
                                 vault_opener(options_.vault_secrets), diagnostics));
  library_ = std::make_unique<playbook::Library>(
      playbook::Library{catalog_, templar_, vault_opener(options_.vault_secrets),
                        options_.roles_path, options_.collections_paths, options_.extra_vars});
  std::vector<std::string> files;
  for (const std::string& book : options_.playbooks) {
    playbooks_.push_back(playbook::load(book, *library_, diagnostics));
    if (!diagnostics.has_errors())
      playbook::check_includes(*library_, playbooks_.back(), diagnostics);
    files.insert(files.end(), playbooks_.back().files.begin(), playbooks_.back().files.end());
  }
  inventory_digest_ = digest_of_inventory(options_.inventories, playbook_folder(words));
  playbook_digest_ = digest_of(std::move(files));
}

run::World LoadedRun::world_of(const playbook::Play* play) const {
  run::World world;
  world.options = &options_;
  world.inventory = inventory_;
  world.templar = &templar_;
  world.play.play = play;
  return world;
}

Value LoadedRun::resolved(const playbook::Play& play, const Value& written) const {
  const run::World world = world_of(&play);
  run::TaskScope scope(world, "localhost", nullptr);
  return templar_.resolve(written, scope);
}

bool LoadedRun::is_this_machine(const std::string& node) const {
  const run::World world = world_of(nullptr);
  run::TaskScope scope(world, node, nullptr);
  try {
    return run::is_local(scope, node);
  } catch (const Error&) {
    return false;  // hangs on what the run finds out
  }
}

std::vector<std::string> LoadedRun::hosts_of(const playbook::Play& play) const {
  base::Diagnostics told_by_the_play;
  return run::selected_hosts(world_of(&play), play, told_by_the_play).hosts;
}

std::vector<std::string> LoadedRun::hosts() const {
  std::vector<std::string> all;
  for (const playbook::Playbook& book : playbooks_)
    for (const playbook::Play& play : book.plays) {
      try {
        for (const std::string& host : hosts_of(play))
          if (std::find(all.begin(), all.end(), host) == all.end()) all.push_back(host);
      } catch (const Error&) {
        // Its hosts hang on what an earlier play finds out: the play itself tells what is wrong
        // with them.
      }
    }
  return all;
}

}  // namespace provisioner::cli
