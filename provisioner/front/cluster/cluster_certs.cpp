// provisioner cluster certs: when certificates end, node by node, and new ones.

#include "provisioner/front/cluster/cluster_certs.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/cluster/kubernetes/certificates.h"
#include "provisioner/front/cli/cluster_certs_script.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_options.h"

namespace provisioner::cluster {
namespace {

using kubernetes::Certificate;
using std::chrono::days;
using std::chrono::sys_seconds;
using value::Dict;
using value::List;
using value::Value;

struct CertsWords {
  ClusterWords cluster;
  int within = kubernetes::soon.count();  // days
  bool renews = false, is_all = false;
};

sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(os::system_clock().wall()); }

std::vector<std::string> asked_nodes(const cli::ClusterSite& site) {
  std::vector<std::string> names = site.own_registry;
  for (const std::string& node : site.wish.node_names())
    if (std::ranges::find(names, node) == names.end()) names.push_back(node);
  return names;
}

struct Told {
  std::vector<Certificate> certificates;
  std::map<std::string, std::string> silent;  // nodes, and why
};

Told look_at_certificates(const cli::RunWords& words, const std::vector<std::string>& nodes) {
  const cli::NodeAnswers answers = cli::ask_each(words, nodes, {cli::cluster_certs_script()});
  Told told{.certificates = {}, .silent = answers.silent};
  for (const std::string& node : nodes)
    if (const auto its = answers.said.find(node); its != answers.said.end())
      for (Certificate& one : kubernetes::read_certificates(node, its->second))
        told.certificates.push_back(std::move(one));
  return told;
}

std::int64_t days_left(const Certificate& certificate) {
  return std::chrono::floor<days>(certificate.ends - now()).count();
}

// What an operator would type, where that is what it takes.
std::string renewer_text(const Certificate& certificate) {
  switch (certificate.renewer) {
    case kubernetes::Renewer::site:
      return "cluster up";
    case kubernetes::Renewer::given:
      return "who gave it";
    default:
      return std::string(name_of(certificate.renewer));
  }
}

void print(const Told& told, bool is_json, std::size_t soon) {
  List items;
  cli::Table table({"NODE", "CERTIFICATE", "ENDS", "DAYS", "RENEWED BY"});
  for (const Certificate& one : told.certificates) {
    const std::string renewer(name_of(one.renewer));
    table.add({one.node, one.path, one.is_damaged ? "cannot be read" : os::utc_day(one.ends),
               one.is_damaged ? "" : std::to_string(days_left(one)), renewer_text(one)});
    items.emplace_back(Dict{{"node", one.node},
                            {"path", one.path},
                            {"subject", one.subject},
                            {"ends", one.is_damaged ? Value() : Value(os::utc_text(one.ends))},
                            {"days", one.is_damaged ? Value() : Value(days_left(one))},
                            {"renewed_by", renewer}});
  }
  List silent;
  Dict silence;
  for (const auto& [node, why] : told.silent) {
    silent.emplace_back(node);
    silence.set(node, why);
  }
  if (is_json)
    return cli::print_json(Value(Dict{{"certificates", std::move(items)},
                                      {"silent", std::move(silent)},
                                      {"silence", std::move(silence)},
                                      {"ending", static_cast<std::int64_t>(soon)}}));
  table.print(std::cout);
  for (const auto& [node, why] : told.silent) std::cout << cli::silence_text(node, why) << "\n";
}

bool renew(const CertsWords& words) {
  ClusterSession session(words.cluster);
  const ClusterWork& work = session.work();
  kubernetes::Renewal renewal{.until = now() + days(words.within), .nodes = {}, .now = now()};
  if (words.is_all) renewal.nodes = work.site.wish.node_names();
  return session.follow([&](const kubernetes::ClusterWish& wish,
                            const kubernetes::ClusterSight& sight, const std::string&) {
    const Told told = look_at_certificates(work.words, asked_nodes(work.site));
    renewal.now = now();
    const kubernetes::Next next = next_renewal_step(wish, sight, told.certificates, renewal);
    if (next.step)
      for (const std::string& node : next.step->nodes) std::erase(renewal.nodes, node);
    return next;
  });
}

int certs(const CertsWords& words) {
  if (words.renews && !renew(words)) return cli::exit_not_so;
  const cli::ClusterSite site = cli::cluster_site(words.cluster.run, words.cluster.instance);
  const Told told = look_at_certificates(words.cluster.run, asked_nodes(site));
  const auto soon = kubernetes::ending(told.certificates, now() + days(words.within));
  print(told, words.cluster.is_json, soon.size());
  if (!words.cluster.is_json && !soon.empty()) {
    std::cout << base::counted(soon.size(), "certificate") << " within " << words.within
              << " days of the end, first " << soon.front().path << " on " << soon.front().node
              << "\n";
    const auto has = [&](kubernetes::Renewer renewer) {
      return std::ranges::find(soon, renewer, &Certificate::renewer) != soon.end();
    };
    if (has(kubernetes::Renewer::kubeadm))
      std::cout << "hint: provisioner cluster certs " << words.cluster.instance << " --renew\n";
    if (has(kubernetes::Renewer::site))
      std::cout << "hint: provisioner cluster up " << words.cluster.instance << "\n";
  }
  return soon.empty() && told.silent.empty() ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace

Notes registry_certificate_notes(const cli::RunWords& words, const cli::ClusterSite& site) {
  std::vector<std::string> nodes = site.own_registry;
  std::erase_if(nodes, [&](const std::string& node) { return site.wish.names(node); });
  if (nodes.empty()) return {};
  Told told = look_at_certificates(words, nodes);
  kubernetes::ClusterSight sight;
  sight.certificates = std::move(told.certificates);
  Notes notes = certificate_remarks(sight, site.wish.instance);
  for (const auto& [node, why] : told.silent)
    notes.push_back({.text = "the registry's node " + cli::silence_text(node, why)});
  return notes;
}

void add_cluster_certs(CLI::App& cluster, cli::Action& action) {
  const auto words = std::make_shared<CertsWords>();
  CLI::App* added = cli::add_command(
      cluster, action, words, "certs",
      "when certificates end, node by node; exit status 2 where one does soon", certs);
  add_cluster_options(*added, words->cluster);
  cli::add_instance_option(*added, words->cluster.instance);
  added->add_option("--within", words->within, "how many days are soon (30)")
      ->check(CLI::PositiveNumber);
  CLI::Option* renews =
      added->add_flag("--renew", words->renews, "make those anew that end soon, node after node");
  added->add_flag("--all", words->is_all, "all of them, not only those that end soon")
      ->needs(renews);
  added->add_flag("--json", words->cluster.is_json, "as JSON")->excludes(renews);
}

}  // namespace provisioner::cluster
