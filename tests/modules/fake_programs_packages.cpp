// apt over a fake node. /var/lib/dpkg/status is dpkg's own; /var/lib/apt/lists/archive says what
// the mirrors offer, a line a version: "foo 1.2", "prov2 1 virt2" (provides). /var/lib/apt/next,
// where it is there, becomes the archive by an update.
#include <algorithm>

#include "provisioner/base/base/text.h"
#include "tests/modules/fake_programs.h"

namespace provisioner::modules {
namespace {

using host::CommandResult;
using support::FakeHost;
using Command = host::Host::Command;

constexpr const char* archive_path = "/var/lib/apt/lists/archive";
constexpr const char* status_path = "/var/lib/dpkg/status";
constexpr const char* journal_path = "/var/lib/dpkg/updates/0001";

struct Offer {
  std::string name, version, provides;
};

std::vector<Offer> archive(FakeHost& host) {
  std::vector<Offer> offers;
  const std::string text = host.read_file(archive_path, 1 << 20).value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    const auto words = base::split(line, ' ');
    offers.push_back({words[0], words.at(1), words.size() > 2 ? words[2] : ""});
  }
  return offers;
}

std::string stanza(const std::string& name, const std::string& version,
                   const std::string& provides) {
  const std::string end = provides.empty() ? "" : "Provides: " + provides + "\n";
  return "Package: " + name +
         "\nStatus: install ok installed\nArchitecture: all\nVersion: " + version + "\n" + end +
         "\n";
}

std::string without(const std::string& status, const std::string& name) {
  std::string rest;
  std::size_t begin = 0;
  while (begin < status.size()) {
    const std::size_t end = std::min(status.find("\n\n", begin), status.size() - 2) + 2;
    const std::string one = status.substr(begin, end - begin);
    if (!one.starts_with("Package: " + name + "\n")) rest += one;
    begin = end;
  }
  return rest;
}

void put(FakeHost& host, const char* path, const std::string& text) {
  host.files.put(path, host::FileType::file, text, 0644);
}

CommandResult locked() {
  return {100, "",
          "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4242 "
          "(unattended-upgr)\n"};
}

std::string policy(FakeHost& host, const std::string& name) {
  const auto offers = archive(host);
  const bool is_known = std::ranges::any_of(
      offers, [&](const Offer& offer) { return offer.name == name || offer.provides == name; });
  if (!is_known) return "";
  std::string versions, candidate = "(none)";
  for (const Offer& offer : offers) {
    if (offer.name != name) continue;
    versions = "     " + offer.version + " 500\n        500 http://mirror Packages\n" + versions;
    candidate = offer.version;
  }
  return name + ":\n  Installed: (none)\n  Candidate: " + candidate + "\n  Version table:\n" +
         versions;
}

CommandResult apt_cache(FakeHost& host, const Command& command) {
  CommandResult answer;
  if (command.argv.at(1) == "policy") {
    for (std::size_t i = 2; i < command.argv.size(); ++i)
      answer.out += policy(host, command.argv[i]);
  }
  if (command.argv.at(1) == "showpkg")
    answer.out = "Package: " + command.argv.at(2) + "\nReverse Provides: \n";
  for (const Offer& offer : archive(host)) {
    if (command.argv[1] == "pkgnames") answer.out += offer.name + "\n";
    if (command.argv[1] == "showpkg" && offer.provides == command.argv[2])
      answer.out += offer.name + " " + offer.version + " (= )\n";
  }
  return answer;
}

CommandResult update(FakeHost& host) {
  const auto next = host.read_file("/var/lib/apt/next", 1 << 20);
  if (next == "unreachable")
    return {100, "", "E: Failed to fetch http://mirror/InRelease  Could not connect\n"};
  if (next) put(host, archive_path, *next);
  return {};
}

CommandResult install(FakeHost& host, const std::string& spec) {
  const std::size_t equals = spec.find('=');
  for (const Offer& offer : archive(host)) {
    const bool fits = offer.name == spec.substr(0, equals) &&
                      (equals == std::string::npos || offer.version == spec.substr(equals + 1));
    if (!fits && offer.provides != spec) continue;
    const std::string status = host.read_file(status_path, 1 << 20).value_or("");
    put(host, status_path,
        without(status, offer.name) + stanza(offer.name, offer.version, offer.provides));
    return {};
  }
  return {100, "", "E: Unable to locate package " + spec + "\n"};
}

CommandResult apt_get(FakeHost& host, const Command& command) {
  if (host.files.find("/var/lib/dpkg/locked", host::Follow::yes)) return locked();
  std::vector<std::string> words;
  for (std::size_t i = 1; i < command.argv.size(); ++i) {
    if (command.argv[i] == "-o" || command.argv[i] == "-t")
      ++i;
    else if (!command.argv[i].starts_with('-'))
      words.push_back(command.argv[i]);
  }
  if (words.at(0) == "update") return update(host);
  const bool is_simulated = std::ranges::find(command.argv, "-s") != command.argv.end();
  if (!is_simulated && host.files.find(journal_path, host::Follow::yes))
    return {100, "", "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'\n"};
  const std::vector<std::string> packages(words.begin() + 1, words.end());
  for (const std::string& package : packages) {
    if (words[0] == "install") {
      if (const CommandResult answer = install(host, package); answer.status != 0) return answer;
    }
    if (words[0] == "remove")
      put(host, status_path, without(host.read_file(status_path, 1 << 20).value_or(""), package));
  }
  const std::string count = std::to_string(packages.size());
  return {0,
          "Reading package lists...\nThe following packages change:\n  " +
              base::join(packages, " ") + "\n0 upgraded, " + (words[0] == "install" ? count : "0") +
              " newly installed, " + (words[0] == "remove" ? count : "0") + " to remove.\n",
          ""};
}

// Ends what was cut off: its journal is gone then.
CommandResult dpkg(FakeHost& host, const Command&) {
  if (host.files.find(journal_path, host::Follow::yes)) host.files.remove({journal_path, false});
  return {};
}

}  // namespace

void add_fake_package_programs(FakeHost& host) {
  host.programs["apt-cache"] = apt_cache;
  host.programs["apt-get"] = apt_get;
  host.programs["dpkg"] = dpkg;
}

}  // namespace provisioner::modules
