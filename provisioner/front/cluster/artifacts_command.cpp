// provisioner artifacts lock, fetch, import, list, missing, verify, gc.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/artifacts/carry.h"
#include "provisioner/cluster/artifacts/lock_check.h"
#include "provisioner/cluster/artifacts/obtain.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/mib_text.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/commands.h"
#include "provisioner/front/cluster/site_artifacts.h"

namespace provisioner::cluster {
namespace {

using artifacts::Locked;
using artifacts::Store;
using artifacts::Wanted;
using base::Error;
using base::Kind;
using cli::add_many;
using value::Dict;
using value::List;
using value::Value;

constexpr std::chrono::seconds patience_with_gc{60};

struct Words {
  cli::RunWords run;
  std::string store;
  std::vector<std::string> names, files, forgotten;
  bool is_json = false, is_anew = false;
};

// Against `gc`, which would take away what is in no lock yet.
os::Descriptor hold(const Store& store) {
  os::Descriptor held = store.hold(Store::Sharing::with_others, patience_with_gc);
  if (!held.is_open())
    throw Error(Kind::refused, "'" + store.directory() + "' is just being cleaned up by another")
        .set_hint("wait for the end of its 'artifacts gc'");
  return held;
}

bool is_meant(const Words& words, const std::string& name) {
  return words.names.empty() || std::ranges::find(words.names, name) != words.names.end();
}

template <class Entry>
void require_known(const Words& words, const std::vector<Entry>& entries) {
  for (const std::string& name : words.names)
    if (std::ranges::find(entries, name, &Entry::name) == entries.end())
      throw Error(Kind::usage, "the list of artefacts has no '" + name + "'");
}

Value said_of(const Locked& entry) {
  Dict said{{"name", entry.name},
            {"version", entry.version},
            {"kind", std::string(artifacts::name_of(entry.kind))},
            {"sha256", entry.sha256},
            {"size", static_cast<std::int64_t>(entry.size)},
            {"from", entry.from}};
  if (!entry.image.empty()) said.set("image", entry.image);
  return Value(std::move(said));
}

// As `missing` has it: no digest is known of what has yet to be got.
Dict said_of_unlocked(const Wanted& wanted) {
  return {{"name", wanted.name},
          {"version", wanted.version},
          {"kind", std::string(artifacts::name_of(wanted.kind))},
          {"from", wanted.from.text},
          {"is_locked", false},
          {"missing", List()}};
}

Locked locked_from(const Wanted& wanted, const artifacts::Kept& kept) {
  return {.name = wanted.name,
          .version = wanted.version,
          .kind = wanted.kind,
          .from = wanted.from.text,
          .sha256 = kept.sha256,
          .size = kept.size,
          .image = wanted.image};
}

// What was locked and is another thing now is a release that was replaced, or an attack.
void require_same(const Locked* before, const Locked& now, const Words& words) {
  if (before == nullptr || before->from != now.from || before->sha256 == now.sha256) return;
  if (words.is_anew && (!words.names.empty() || now.from.starts_with("build:"))) return;
  throw Error(Kind::refused, artifacts::called(now) +
                                 " is another than before at the same place: " + now.sha256 +
                                 ", and " + before->sha256 + " is locked")
      .set_hint("where that is meant: provisioner artifacts lock --anew " + now.name);
}

// Of one list; those that are locked already stay as they are.
std::size_t lock_layer(const SiteArtifacts::Layer& layer, const Store& store, const Words& words) {
  std::vector<Locked> entries;
  std::size_t changes = 0;
  for (const Wanted& wanted : layer.wanted) {
    const Locked* before = artifacts::find_entry(layer.locked, wanted.name, wanted.version);
    const bool is_anew = words.is_anew && is_meant(words, wanted.name);
    const bool stays = !is_meant(words, wanted.name) && before != nullptr;
    if (stays || (before != nullptr && is_answer(*before, wanted) && !is_anew)) {
      entries.push_back(*before);
      continue;
    }
    if (!is_meant(words, wanted.name)) continue;
    const Locked now =
        locked_from(wanted, artifacts::obtain({.name = wanted.name,
                                               .version = wanted.version,
                                               .kind = wanted.kind,
                                               .from = wanted.from,
                                               .folder = os::parent_of(layer.files.wanted),
                                               .expected = wanted.sha256},
                                              store, cli::say));
    require_same(before, now, words);
    if (before == nullptr || before->sha256 != now.sha256) ++changes;
    entries.push_back(now);
    // Killed here, the next `lock` goes on behind what is written.
    std::vector<Locked> so_far = artifacts::layered<Locked>({layer.locked, entries});
    artifacts::write_lock(layer.files.lock, so_far);
  }
  artifacts::write_lock(layer.files.lock, entries);
  artifacts::remember_lock(store, layer.files.lock, entries);
  return changes;
}

int lock(const Words& words) {
  const SiteArtifacts site = site_artifacts(words.run);
  require_known(words, site.wanted());
  const Store store(words.store);
  const os::Descriptor held = hold(store);
  for (const SiteArtifacts::Layer& layer : site.layers) {
    const std::size_t changes = lock_layer(layer, store, words);
    std::cout << layer.files.lock << ": " << base::counted(layer.wanted.size(), "artefact") << ", "
              << changes << " new\n";
  }
  return cli::exit_fine;
}

// Told, but no reason to end: whoever fetches wants what is locked.
void tell_unlocked(const SiteArtifacts& site) {
  const std::vector<Wanted> unlocked = site.unlocked();
  if (unlocked.empty()) return;
  std::vector<std::string> names;
  for (const Wanted& wanted : unlocked) names.push_back(artifacts::called(wanted));
  std::cerr << Error(Kind::input, "not locked as the list has it now: " + base::join(names, ", "),
                     unlocked.front().pos)
                   .set_hint("provisioner artifacts lock")
                   .render("warning")
            << "\n";
}

// Paths of an entry's origin begin where its list lies.
std::string folder_of(const SiteArtifacts& site, const Locked& entry) {
  for (auto layer = site.layers.rbegin(); layer != site.layers.rend(); ++layer)
    if (artifacts::find_entry(layer->locked, entry.name, entry.version) != nullptr)
      return os::parent_of(layer->files.lock);
  return {};
}

void remember(const SiteArtifacts& site, const Store& store) {
  for (const SiteArtifacts::Layer& layer : site.layers)
    if (os::is_file(layer.files.lock))
      artifacts::remember_lock(store, layer.files.lock, layer.locked);
}

int fetch(const Words& words) {
  const SiteArtifacts site = site_artifacts(words.run);
  const std::vector<Locked> entries = site.locked();
  require_known(words, entries);
  tell_unlocked(site);
  const Store store(words.store);
  const os::Descriptor held = hold(store);
  remember(site, store);
  std::size_t fetched = 0, failed = 0;
  for (const artifacts::Lack& lack : artifacts::lacking(store, entries)) {
    if (!is_meant(words, lack.entry.name)) continue;
    try {
      artifacts::obtain({.name = lack.entry.name,
                         .version = lack.entry.version,
                         .kind = lack.entry.kind,
                         .from = *artifacts::read_origin(lack.entry.from),
                         .folder = folder_of(site, lack.entry),
                         .expected = lack.entry.sha256},
                        store, cli::say);
      ++fetched;
    } catch (const Error& error) {
      // The others are fetched all the same.
      if (cli::ends_all(error)) throw;
      std::cerr << error.render() << "\n\n";
      ++failed;
    }
  }
  std::cout << "fetched " << base::counted(fetched, "artefact") << ", " << failed << " failed\n";
  return failed == 0 ? cli::exit_fine : cli::exit_usage;
}

// Files as they were carried here: each one that a lock waits for is kept, under whatever name.
int import(const Words& words) {
  const SiteArtifacts site = site_artifacts(words.run);
  if (site.locked().empty())
    throw Error(Kind::usage, "nothing is locked: no file can be told to be what is wanted")
        .set_hint(
            "carry '" + site.layers.back().files.lock +
            "' here, too; where sources are reached it is made by: provisioner artifacts lock");
  tell_unlocked(site);
  const Store store(words.store);
  const os::Descriptor held = hold(store);
  remember(site, store);
  std::set<std::string> wanted;
  for (const artifacts::Lack& lack : artifacts::lacking(store, site.locked()))
    wanted.insert(lack.entry.sha256);
  std::size_t kept = 0;
  for (const std::string& path : artifacts::files_below(words.files)) {
    if (const auto digest = artifacts::import_file(store, path, wanted)) {
      cli::say("kept " + path);
      wanted.erase(*digest);
      ++kept;
    }
  }
  std::cout << "imported " << base::counted(kept, "artefact") << ", " << wanted.size()
            << " still missing\n";
  if (kept > 0 || wanted.empty()) return cli::exit_fine;
  cli::say("hint: none of these files is what the lock waits for: provisioner artifacts missing");
  return cli::exit_not_so;
}

int list(const Words& words) {
  const SiteArtifacts site = site_artifacts(words.run);
  const Store store(words.store);
  const std::vector<Locked> entries = site.locked();
  std::set<std::pair<std::string, std::string>> missing;
  for (const artifacts::Lack& lack : artifacts::lacking(store, entries))
    missing.emplace(lack.entry.name, lack.entry.version);
  if (words.is_json) {
    List items;
    for (const Locked& entry : entries) {
      Dict said = said_of(entry).dict();
      said.set("is_there", !missing.contains({entry.name, entry.version}));
      items.emplace_back(std::move(said));
    }
    cli::print_json(Value(std::move(items)));
    return cli::exit_fine;
  }
  cli::Table table({"NAME", "VERSION", "KIND", "SIZE", "STORE", "FROM"});
  for (const Locked& entry : entries)
    table.add({entry.name, entry.version, std::string(artifacts::name_of(entry.kind)),
               cli::mib_text(entry.size),
               missing.contains({entry.name, entry.version}) ? "missing" : "there", entry.from});
  table.print(std::cout);
  tell_unlocked(site);
  return cli::exit_fine;
}

int missing(const Words& words) {
  const SiteArtifacts site = site_artifacts(words.run);
  const Store store(words.store);
  if (artifacts::may_remember(store)) remember(site, store);
  const std::vector<artifacts::Lack> lacks = artifacts::lacking(store, site.locked());
  const std::vector<Wanted> unlocked = site.unlocked();
  if (words.is_json) {
    List items;
    for (const artifacts::Lack& lack : lacks) {
      List digests;
      for (const std::string& digest : lack.digests) digests.emplace_back(digest);
      Dict said = said_of(lack.entry).dict();
      said.set("is_locked", true);
      said.set("missing", std::move(digests));
      items.emplace_back(std::move(said));
    }
    for (const Wanted& wanted : unlocked) items.emplace_back(said_of_unlocked(wanted));
    cli::print_json(Value(std::move(items)));
  } else {
    cli::Table table({"NAME", "VERSION", "KIND", "SHA-256", "FROM"});
    for (const artifacts::Lack& lack : lacks)
      table.add({lack.entry.name, lack.entry.version,
                 std::string(artifacts::name_of(lack.entry.kind)), lack.entry.sha256,
                 lack.entry.from});
    if (!lacks.empty()) table.print(std::cout);
    if (lacks.empty() && unlocked.empty()) std::cout << "nothing is missing\n";
  }
  tell_unlocked(site);
  if (!lacks.empty())
    cli::say("hint: provisioner artifacts fetch, or import what was carried here");
  return lacks.empty() && unlocked.empty() ? cli::exit_fine : cli::exit_not_so;
}

// What is damaged is of no use to anybody, and stands in the way of what would replace it. What is
// in no lock nobody can say anything of.
int verify(const Words& words) {
  const SiteArtifacts site = site_artifacts(words.run);
  const Store store(words.store);
  const os::Descriptor held = store.is_there() ? hold(store) : os::Descriptor();
  const std::vector<artifacts::Damage> found = artifacts::damages(store, site.locked());
  const std::vector<Wanted> unlocked = site.unlocked();
  const bool is_fine = found.empty() && unlocked.empty();
  List items;
  bool has_removed = false;
  for (const artifacts::Damage& damage : found) {
    items.emplace_back(damage.text);
    if (!words.is_json) std::cout << damage.text << "\n";
    if (!store.size_of(damage.sha256)) continue;  // it is not there
    store.remove(damage.sha256);
    has_removed = true;
  }
  for (const Wanted& wanted : unlocked)
    items.emplace_back(artifacts::called(wanted) + ": not locked");
  if (words.is_json) cli::print_json(Value(std::move(items)));
  if (is_fine && !words.is_json) std::cout << "all is there, and as it was locked\n";
  tell_unlocked(site);
  if (!found.empty())
    cli::say(has_removed ? "hint: damaged files were removed; get them: provisioner artifacts fetch"
                         : "hint: get what is missing: provisioner artifacts fetch");
  return is_fine ? cli::exit_fine : cli::exit_not_so;
}

int gc(const Words& words) {
  const artifacts::Garbage garbage =
      artifacts::collect_garbage(Store(words.store), words.forgotten);
  for (const std::string& path : garbage.gone)
    cli::say("the lock '" + path +
             "' is gone; what it named is kept\nhint: let go of it: provisioner " +
             "artifacts gc --forget " + path);
  if (words.is_json)
    cli::print_json(Value(Dict{{"files", static_cast<std::int64_t>(garbage.files)},
                               {"bytes", static_cast<std::int64_t>(garbage.bytes)}}));
  else
    std::cout << "removed " << base::counted(garbage.files, "file") << ", "
              << cli::mib_text(garbage.bytes) << "\n";
  return cli::exit_fine;
}

}  // namespace

void add_artifacts(CLI::App& command, cli::Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = cli::add_command(command, action, words, name, summary, run);
    added->add_option("--store", words->store, "where artefacts are kept (artifacts in the state)");
    return added;
  };
  const auto add_site = [&](CLI::App* added) {
    add_many(*added, "-i,--inventory,--inventory-file", words->run.inventories,
             "inventory; of SITE the list is artifacts/SITE.yml beside it");
  };
  const auto add_json = [&](CLI::App* added) {
    added->add_flag("--json", words->is_json, "as JSON");
  };
  CLI::App* locked = add("lock", "get what the list asks for, and write down what it is", lock);
  add_site(locked);
  locked->add_option("names", words->names, "of artefacts (all)");
  locked->add_flag("--anew", words->is_anew, "those, too, that are locked already");
  CLI::App* fetched = add("fetch", "get what the lock names and the store has not", fetch);
  add_site(fetched);
  fetched->add_option("names", words->names, "of artefacts (all)");
  CLI::App* imported = add("import", "keep what was carried here on a disk", import);
  add_site(imported);
  imported->add_option("files", words->files, "files, or folders with all that they hold")
      ->required();
  CLI::App* listed = add("list", "what the lock names, and whether it is there", list);
  add_site(listed);
  add_json(listed);
  CLI::App* lacking =
      add("missing", "what a run would miss; exit status 2 where that is anything", missing);
  add_site(lacking);
  add_json(lacking);
  CLI::App* verified = add("verify", "read every byte that the lock names", verify);
  add_site(verified);
  add_json(verified);
  CLI::App* cleaned = add("gc", "remove what no lock names that was ever seen here", gc);
  add_json(cleaned);
  add_many(*cleaned, "--forget", words->forgotten, "a lock that does not count any more");
}

}  // namespace provisioner::cluster
