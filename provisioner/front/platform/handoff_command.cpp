// provisioner handoff: the signed tree for a platform's team, and whether one is whole.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_change.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/front/platform/handoff_lint.h"
#include "provisioner/front/platform/handoff_secrets.h"
#include "provisioner/front/platform/handoff_signature.h"
#include "provisioner/front/platform/handoff_tree.h"
#include "provisioner/platform/gates/variables.h"
#include "provisioner/platform/handoff/bundle.h"
#include "provisioner/platform/handoff/secret_search.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using cli::Action;
using cli::add_command;
using handoff::Files;
using handoff::Instance;
using profile::Platform;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  cli::RunWords run;
  std::string instance, directory, key;
  int gate_days = 0;  // that a run of gates is good for; 0: as the inventory has it
  bool is_draft = false, is_json = false;
};

// `plain` hands over what has no platform of its own that we know more of.
void require_platform(const Instance& instance, Platform wanted) {
  const Platform found = instance.owners.platform;
  const bool is_plain = found == Platform::plain || found == Platform::csoc;
  if (wanted == Platform::plain ? is_plain : found == wanted) return;
  const std::string name(name_of(found));
  throw Error(Kind::usage, "'" + instance.name + "' is for " + name)
      .set_hint("provisioner handoff " + (is_plain ? "plain" : name) + " " + instance.name +
                ", or give it another 'platform'");
}

std::chrono::hours longest_age(const Words& words, const Instance& instance) {
  if (words.gate_days > 0) return std::chrono::days(words.gate_days);
  base::Diagnostics diagnostics;
  value::StrictDict variables(&instance.variables, "", instance.variables, diagnostics);
  const std::chrono::hours hours = gates::valid_hours(variables);
  diagnostics.throw_if_any();
  return hours;
}

// Says why the gates do not stand open; nothing is handed over then but a draft.
std::string look_at_gates(const Words& words, const Instance& instance) {
  auto found = gates::objection_to(
      instance.gates, {.instance = instance.name,
                       .lock = instance.lock.empty() ? "" : crypto::sha256(instance.lock),
                       .platform = instance.owners.platform,
                       .changed = cluster::last_change(cli::cluster_directory(instance.name)),
                       .now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall()),
                       .longest_age = longest_age(words, instance)});
  if (!instance.gates_problem.empty())
    found = "the record of its gates cannot be read: " + instance.gates_problem;
  if (!found) return "";
  if (!words.is_draft)
    throw Error(Kind::refused, "'" + instance.name + "' is not handed over: " + *found)
        .set_hint("provisioner gates run " + instance.name + "; to look at the tree: --draft");
  cli::say(base::one_line("remark: this is a draft: " + *found));
  return *found;
}

void require_no_secret(const std::vector<handoff::KeptSecret>& secrets, const Files& files) {
  const auto found = handoff::leaks(files, secrets);
  if (found.empty()) return;
  for (const handoff::Leak& leak : found)
    cli::say(base::one_line("'" + leak.file + "' would show " + leak.name));
  throw Error(Kind::refused, "nothing was written: " + base::counted(found.size(), "time") +
                                 " a file would show a secret")
      .set_hint("a bundle names where secrets are kept; take what is named out of what makes it");
}

Files made_of(const Instance& instance) {
  base::Diagnostics diagnostics;
  Files files = handoff::bundle_files(instance, diagnostics);
  cli::tell_warnings(diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was written") << "\n";
    throw Error(Kind::input, "what the inventory says of '" + instance.name + "' makes no bundle");
  }
  return files;
}

void tell(const Words& words, const Files& files, const std::string& directory,
          const std::string& objection) {
  const std::string digest = crypto::sha256(files.at(handoff::checksums_file));
  if (words.is_json) {
    Dict summary = handoff::summary_of(files).dict();
    summary.set("directory", directory);
    summary.set("checksums", "sha256:" + digest);
    summary.set("objection", objection.empty() ? Value() : Value(objection));
    return cli::print_json(Value(std::move(summary)));
  }
  std::cout << base::one_line(directory) << ": " << base::counted(files.size(), "file") << ", "
            << base::counted(handoff::manifests_of(files).size(), "manifest")
            << (words.is_draft ? ", a draft" : "")
            << ", signed; its checksums are sha256:" << digest << "\n";
}

void heed_signals() {
  if (cli::SignalWatch::has_come()) throw Error(Kind::stopped, "stopped: nothing was written");
}

int hand_over(const Words& words, Platform platform) {
  const std::string directory =
      os::absolute(words.directory.empty() ? "handoff/" + words.instance : words.directory);
  require_replaceable(directory, words.instance);
  const cli::SignalWatch signals(cli::SignalWatch::Questions::cut_off);
  const auto secrets = kept_secrets(words.run);  // first: no mistake shows one
  const Instance instance = handed_over(words.run, words.instance, words.is_draft);
  heed_signals();
  require_platform(instance, platform);
  const std::string objection = look_at_gates(words, instance);
  Files files = made_of(instance);
  require_no_secret(secrets, files);
  heed_signals();
  files[handoff::signature_file] = signature_of(files.at(handoff::checksums_file), instance.name);
  write_tree(files, directory, words.instance, heed_signals);
  tell(words, files, directory, objection);
  return cli::exit_fine;
}

// The key that was given, else ours, else the one that lies in the tree.
std::pair<std::string, std::string> key_of(const Words& words, const Files& tree) {
  if (!words.key.empty()) return {os::require_file(words.key), "given"};
  const std::string own = os::join_path(cli::pki_directory(), "images.pub");
  if (auto key = os::read_file(own)) return {*std::move(key), "own"};
  const auto found = tree.find("registry/cosign.pub");
  if (found == tree.end())
    throw Error(Kind::usage, "there is no key to verify by").set_hint("give it: --key PUBLIC");
  return {found->second, "tree"};
}

int verify(const Words& words) {
  const Files tree = read_tree(words.directory);
  const auto& [key, whose] = key_of(words, tree);
  const auto faults = handoff::faults_of(tree, key);
  const bool is_draft = tree.contains(handoff::summary_file) && faults.empty() &&
                        value::boolean_or(handoff::summary_of(tree), "draft", false);
  if (words.is_json) {
    cli::print_json(Value(Dict{{"directory", words.directory},
                               {"verified", faults.empty()},
                               {"key", whose},
                               {"draft", is_draft},
                               {"faults", List(faults.begin(), faults.end())}}));
    return faults.empty() ? cli::exit_fine : cli::exit_not_so;
  }
  for (const std::string& fault : faults) std::cout << base::one_line(fault) << "\n";
  if (faults.empty())
    std::cout << base::one_line(words.directory) << ": " << base::counted(tree.size(), "file")
              << (is_draft ? ", a draft" : "") << ", as they were signed\n";
  if (whose == "tree")
    cli::say(
        "remark: the key is the tree's own, which whoever changes a tree can change as well; "
        "name the one that you were given: --key PUBLIC");
  return faults.empty() ? cli::exit_fine : cli::exit_not_so;
}

template <Platform platform>
int hand_over_to(const Words& words) {
  return hand_over(words, platform);
}

std::string days_mistake(const std::string& text) {
  constexpr std::int64_t most = 3650;
  const auto days = base::integer_in(text);
  return days && *days >= 1 && *days <= most
             ? ""
             : "a number from 1 to " + std::to_string(most) + " is expected, not '" + text + "'";
}

void add_making(CLI::App& above, Action& action, const std::shared_ptr<Words>& words,
                const char* name, const char* summary, int (*run)(const Words&)) {
  CLI::App* added = add_command(above, action, words, name, summary, run);
  cli::add_instance_option(*added, words->instance);
  cli::add_inventory_options(*added, words->run, "inventory");
  added->add_option("--out", words->directory, "directory to write it to (handoff/INSTANCE)");
  added
      ->add_option("--gate-days", words->gate_days,
                   "days that a run of gates is good for (gates_valid_hours: 168 hours)")
      ->check(CLI::Validator(days_mistake, "", ""));
  added->add_flag("--draft", words->is_draft, "although its gates do not stand open; it says so");
  added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace

void add_handoff(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  add_making(command, action, words, "gen3", "the signed tree for a Gen3 data commons",
             hand_over_to<Platform::gen3>);
  add_making(command, action, words, "phalanx", "the signed tree for a Phalanx environment",
             hand_over_to<Platform::phalanx>);
  add_making(command, action, words, "plain", "the signed tree for whatever else stands on it",
             hand_over_to<Platform::plain>);
  CLI::App* added = add_command(
      command, action, words, "verify",
      "whether a tree is the one that was signed; exit status 2 where it is not", verify);
  added->add_option("directory", words->directory, "the tree")->required();
  added->add_option("--key", words->key, "the site's public key, as `registry key` told it");
  added->add_flag("--json", words->is_json, "as JSON");
  add_handoff_lint(command, action);
}

}  // namespace provisioner::platform
