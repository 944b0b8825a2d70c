// P-13: the bundle's files, as Phalanx's own command sees them in the fork.

#include <algorithm>
#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/front/platform/gates_artifacts.h"
#include "provisioner/front/platform/gates_phalanx.h"
#include "provisioner/front/platform/gates_vault.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/platform/handoff/bundle.h"
#include "provisioner/platform/handoff/standard_names.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Line;

constexpr std::chrono::minutes longest_copy{1}, longest_command{2};

// The fork as it is checked out, with the bundle's files in their places.
void lay_out(const PhalanxFork& fork, const std::string& place) {
  const os::TemporaryDirectory carried;
  const std::string archive = carried.path() + "/fork.tar";
  os::run_checked({.argv = {"git", "-C", fork.checkout, "-c", "safe.directory=*", "archive",
                            "--output", archive, "HEAD"},
                   .deadline = longest_copy});
  os::run_checked({.argv = {"tar", "--extract", "--file", archive, "--directory", place},
                   .deadline = longest_copy});
  constexpr std::string_view own = "phalanx/";
  for (const auto& [path, text] : fork.files)
    if (path.starts_with("phalanx/environments/") || path.starts_with("phalanx/applications/")) {
      const std::string to = os::join_path(place, path.substr(own.size()));
      os::make_directories(os::parent_of(to));
      os::write_file(to, text);
    }
}

std::string program_in(const std::string& checkout) {
  const std::string own = os::join_path(checkout, ".venv/bin/phalanx");
  if (os::is_file(own)) return own;
  if (const auto found = os::find_program("phalanx")) return *found;
  throw Error(Kind::usage, "the program 'phalanx' is neither in '" + checkout +
                               "/.venv/bin' nor on the path of this controller")
      .set_hint("python3 -m venv .venv && .venv/bin/pip install . in the checkout");
}

// As Go's net package and helm's getter put it: nothing was looked at then.
bool is_out_of_reach(std::string_view objections) {
  constexpr std::array<std::string_view, 6> words = {
      "cannot be reached",     "dial tcp",
      "no such host",          "i/o timeout",
      "TLS handshake timeout", "context deadline exceeded"};
  return std::ranges::any_of(
      words, [&](std::string_view one) { return objections.find(one) != std::string_view::npos; });
}

class Commands {
 public:
  Commands(std::string program, std::string place, const std::string& helm_folder)
      : program_(std::move(program)), place_(std::move(place)) {
    const char* path = std::getenv("PATH");
    environment_ = {{"PATH", helm_folder + ":" + (path == nullptr ? "/usr/bin:/bin" : path)},
                    {"HOME", helm_folder}};
  }

  void add(const std::string& name, const std::string& value) {
    environment_.emplace_back(name, value);
  }

  Line tried(const std::vector<std::string>& words, const std::string& hint) const {
    std::vector<std::string> argv = {program_};
    argv.insert(argv.end(), words.begin(), words.end());
    const os::CommandResult done = os::run({.argv = argv,
                                            .directory = place_,
                                            .environment = environment_,
                                            .deadline = longest_command});
    const std::string called = "phalanx " + words[0] + " " + words[1];
    if (done.is_timed_out) return gates::lacking("'" + called + "' did not end within two minutes");
    if (done.status == 0) return gates::right("'" + called + "' has nothing against it");
    const std::string objections = objections_in(done);
    if (is_out_of_reach(objections))
      return gates::lacking(
          "'" + called + "' does not reach what it needs: " + objections,
          "let this controller reach the repositories of charts: P-12 names them");
    return gates::wrong(called, "'" + called + "' objects: " + objections, hint);
  }

 private:
  std::string program_, place_;
  std::vector<std::pair<std::string, std::string>> environment_ = {};
};

}  // namespace

std::vector<Line> lines_of(const PhalanxFork& fork) {
  const os::TemporaryDirectory place;
  lay_out(fork, place.path());
  Commands commands(program_in(fork.checkout), place.path(), fork.programs);
  const std::string hint =
      "phalanx/environments and phalanx/applications of the bundle, in " + fork.checkout;
  std::vector<Line> lines = {commands.tried({"environment", "lint", fork.environment}, hint),
                             commands.tried({"environment", "template", fork.environment}, hint)};
  if (fork.token.is_empty()) return lines;
  commands.add("VAULT_TOKEN", std::string(fork.token.reveal()));
  lines.push_back(
      commands.tried({"secrets", "audit", fork.environment},
                     "phalanx secrets sync --secrets, of the filled-in template of the bundle"));
  return lines;
}

std::vector<Line> try_phalanx_files(const HereContext& context) {
  const GatesSite& site = context.site;
  const std::string given = site.text("phalanx_checkout");
  if (given.empty())
    return {
        gates::lacking("no checkout of the fork is known here, in which files could be looked at",
                       "phalanx_checkout: a folder, beside the inventory unless it is absolute")};
  const std::string& instance = site.cluster.wish.instance;
  base::Diagnostics diagnostics;
  const os::TemporaryDirectory programs;
  PhalanxFork fork{
      .checkout = site.beside_inventory(given),
      .environment = site.text("phalanx.environment", handoff::standard_environment(instance)),
      .programs = programs.path(),
      .files = handoff::bundle_files(handed_over(context.words, instance, true), diagnostics)};
  if (diagnostics.has_errors())
    throw Error(Kind::input, "the bundle of '" + instance + "' cannot be made")
        .set_hint("provisioner handoff phalanx " + instance + " --draft");
  put_program(context, "helm", programs.path());
  if (site.variable("phalanx_vault") == nullptr) {
    std::vector<Line> lines = lines_of(fork);
    lines.push_back(gates::lacking("without Vault's role 'phalanx secrets audit' cannot be asked",
                                   "phalanx_vault: {role_id, secret_id}, sealed"));
    return lines;
  }
  const VaultSession vault(site);
  fork.token = vault.token();  // none where Vault refuses it: P-5 says why
  return lines_of(fork);
}

}  // namespace provisioner::platform
