// provisioner registry: accounts, vetting and care of the site's registry.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/commands.h"
#include "provisioner/front/cluster/registry_adopt.h"
#include "provisioner/front/cluster/registry_care.h"
#include "provisioner/front/cluster/registry_clean.h"
#include "provisioner/front/cluster/registry_demote.h"
#include "provisioner/front/cluster/registry_prepull.h"
#include "provisioner/front/cluster/registry_robots.h"
#include "provisioner/front/cluster/registry_status.h"
#include "provisioner/front/cluster/registry_vet.h"
#include "provisioner/front/cluster/registry_words.h"
#include "provisioner/front/cluster/signing_key.h"

namespace provisioner::cluster {
namespace {

using cli::Action;
using Words = RegistryWords;

int show_key(const Words&) {
  std::cout << signing_key_public();
  return cli::exit_fine;
}

class Commands {
 public:
  Commands(CLI::App& command, Action& action) : command_(command), action_(action) {}

  CLI::App* add(const char* name, const char* summary, int (*run)(const Words&)) {
    return add_below(command_, name, summary, run);
  }

  CLI::App* add_below(CLI::App& above, const char* name, const char* summary,
                      int (*run)(const Words&)) {
    CLI::App* added = cli::add_command(above, action_, words_, name, summary, run);
    cli::add_inventory_options(*added, words_->run,
                               "inventory; the registry is on the nodes of its group 'registry'");
    added->add_option("--instance", words_->instance, "whose registry, where there are several");
    return added;
  }

  void add_json(CLI::App* added) { added->add_flag("--json", words_->is_json, "as JSON"); }

  void add_vet() {
    CLI::App* vetted =
        add("vet", "look into images, sign those that pass, and let clusters run them", vet_images);
    vetted->add_option("images", words_->names, "NAME:TAG or NAME@sha256:DIGEST of incoming/");
    cli::add_many(*vetted, "--family", words_->families,
                  "NAME:PATTERN of tags, or NAME:releases, weeklies, dailies");
    vetted->add_flag("--again", words_->is_again, "also all that were vetted before");
    vetted->add_flag("--lift", words_->is_lifted, "also what was demoted");
    CLI::App* demoted = add("demote",
                            "take images out of the lock and out of vetted/, and tell who "
                            "runs them",
                            demote_images);
    demoted->add_option("images", words_->names, "NAME@sha256:DIGEST or NAME:TAG")->required();
    demoted->add_option("--reason", words_->reason, "why, for those who ask later")->required();
    add("key", "print the public half of the key that images are signed with", show_key);
  }

  void add_care() {
    add_json(add("list", "what was vetted", list_images));
    CLI::App* seen = add("status",
                         "its services, its room, and whether all that was vetted is there; exit "
                         "status 2 where something is not",
                         registry_status);
    add_json(seen);
    add("gc", "give up blobs that nothing names; no pushes meanwhile", collect_registry_garbage);
    CLI::App* cleaned =
        add("clean", "take out images that nobody needs; no pushes meanwhile", clean_registry);
    cleaned->add_flag("--check", words_->is_check,
                      "only tell which, and what would come free; so does --json");
    cleaned->add_flag("--yes", words_->is_sure, "do not ask");
    add_json(cleaned);
    for (CLI::App* one : {seen, cleaned})
      one->add_option("--store", words_->store, "whose locks of artefacts count, too");
    CLI::App* pulled =
        add("prepull", "have images on nodes before a pod asks for them", prepull_images);
    pulled->add_option("images", words_->names, "patterns of names, or of NAME:TAG (all)");
    CLI::App* kept =
        add("backup", "keep what was vetted, and the lock, in a folder", back_up_registry);
    kept->add_option("folder", words_->file, "on another disk; what is there already stays")
        ->required();
    CLI::App* restored = add("restore", "bring a backup into the registry", restore_registry);
    restored->add_option("folder", words_->file, "that a backup was made into")->required();
    pulled->add_option("-l,--limit", words_->pattern, "on which nodes (the instance's workers)");
  }

  void add_robots() {
    CLI::App& robots = *command_.add_subcommand("robots", "accounts of CI, for what comes in");
    robots.require_subcommand(1);
    add_json(add_below(robots, "list", "their names", list_robots));
    CLI::App* added =
        add_below(robots, "add", "let one more push to incoming/", cluster::add_robots);
    added->add_option("name", words_->names, "what it logs in as")->required()->expected(1);
    added->add_option("--to", words_->file, "file for its password (the standard output)");
    CLI::App* removed = add_below(robots, "remove", "let one push no more", remove_robots);
    removed->add_option("name", words_->names, "which")->required()->expected(1);
  }

 private:
  CLI::App& command_;
  Action& action_;
  std::shared_ptr<Words> words_ = std::make_shared<Words>();
};

}  // namespace

void add_registry(CLI::App& command, Action& action) {
  command.require_subcommand(0, 1);
  Commands commands(command, action);
  commands.add("adopt", "have in a registry of others what clusters need of it", adopt_registry);
  commands.add_robots();
  commands.add_vet();
  commands.add_care();
}

}  // namespace provisioner::cluster
