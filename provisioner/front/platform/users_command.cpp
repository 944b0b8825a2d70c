// provisioner users report: whose numbers agree, before anybody writes to a file system.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <sstream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/keep_results.h"
#include "provisioner/front/platform/users_shown.h"
#include "provisioner/front/platform/users_sources.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;

struct Words {
  cli::RunWords run;
  IssuersWord issuer;
  std::string instance, page;
  std::vector<std::string> pilots;
  bool is_json = false, is_csv = false, has_all = false;
};

std::string page_of(const UsersReport& told) {
  std::ostringstream page;
  write_users_page(page, told);
  return page.str();
}

// Gates look there: how the newest report came out. The table is for who is handed the cluster.
void write_record(const UsersReport& told) {
  const std::string folder = cli::cluster_directory(told.instance);
  os::make_directories(folder, 0700);
  os::write_file(os::join_path(folder, "users.json"),
                 value::write_json(users_record(told), {.indent = 2}) + "\n", 0600);
  std::ostringstream table;
  print_users_csv(table, told);
  os::write_file(os::join_path(folder, "users.csv"), table.str(), 0600);
}

void keep(const UsersReport& told, const Words& words) {
  std::vector<std::function<void()>> writes = {[&] { write_record(told); }};
  if (!words.page.empty() && words.page != "-")
    writes.emplace_back([&] { cli::write_page(page_of(told), words.page); });
  keep_results(writes, "what is shown above is not kept: ask for the report again");
}

void print(const UsersReport& told, const Words& words) {
  if (words.is_json)
    cli::print_json(users_as_value(told));
  else if (words.is_csv)
    print_users_csv(std::cout, told);
  else if (words.page == "-")
    cli::write_page(page_of(told), words.page);
  else
    print_users(told, words.has_all ? Shown::all : Shown::red);
}

void check(const Words& words) {
  const int forms = int{words.is_json} + int{words.is_csv} + int{words.page == "-"};
  if (forms > 1) throw Error(Kind::usage, "one form at a time: --json, --csv, or --page -");
  if (!words.page.empty() && words.page != "-") cli::require_place_for_report(words.page);
}

bool is_fine(const UsersReport& told, const Words& words) {
  const bool has_red =
      words.pilots.empty() ? told.report.red() > 0 : !told.red_among(words.pilots).empty();
  return !has_red && told.issuer_faults.empty();
}

int report(const Words& words) {
  check(words);
  UsersSite site = users_site(words.run, words.instance, words.issuer);
  std::vector<std::string>& pilots = site.identity.pilots;
  pilots.insert(pilots.end(), words.pilots.begin(), words.pilots.end());
  const GatheredUsers gathered = gather_users(words.run, site);
  const UsersReport told{.instance = words.instance,
                         .finished = os::system_clock().wall(),
                         .report = users::report_on(gathered.facts, site.identity),
                         .issuer_faults = gathered.issuer_faults,
                         .pilots = pilots,
                         .issuer = site.identity.oidc.issuer};
  print(told, words);
  keep(told, words);
  return is_fine(told, words) ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace

void add_users(CLI::App& command, cli::Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* added = cli::add_command(
      command, action, words, "report",
      "whether LDAP, the issuer of tokens and the owners of homes mean the same users; exit status "
      "2 where they do not",
      report);
  cli::add_instance_option(*added, words->instance);
  cli::add_inventory_options(*added, words->run, "inventory");
  added->add_option("--oidc-users", words->issuer.users_file,
                    "the issuer's users: claims as JSON or CSV, or what it exports");
  cli::add_many(*added, "--oidc-token", words->issuer.token_files,
                "a file with an access token: the issuer is asked whose it is; may be given again");
  cli::add_many(*added, "--pilot", words->pilots,
                "only this user counts for the exit status; may be given again");
  added->add_option("--page", words->page, "write it as an HTML page, too; - is the output");
  added->add_flag("--all", words->has_all, "whoever has no fault, too");
  added->add_flag("--csv", words->is_csv, "as CSV, a line a user");
  added->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::platform
