// Packages from a mirror into the store, by apt with a state of its own.

#include "provisioner/machine/image/package_source.h"

#include <algorithm>
#include <filesystem>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/apt_sources.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes patience{30};  // with a mirror
constexpr const char* settings = R"(Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Architecture "amd64";
#clear APT::Architectures;
APT::Architectures "amd64";
APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "true";
APT::Sandbox::User "root";
Acquire::Languages "none";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
)";

// apt as on a machine without a package: its lists are kept for the next time, since a mirror is
// asked then what is new alone.
class Apt {
 public:
  Apt(const Definition& definition, const Store& store)
      : lists_(store.directory() + "/apt/" + definition.name) {
    os::make_directories(lists_ + "/partial");
    os::make_directories(place_.path() + "/sources");
    os::make_directories(place_.path() + "/archives/partial");
    const AptSources sources = apt_sources(definition);
    os::write_file(place_.path() + "/sources/image.sources", sources.paragraphs);
    os::write_file(place_.path() + "/sources/image.list", sources.lines);
    os::write_file(place_.path() + "/status", "");
    os::write_file(configuration_, text());
  }

  void run(const std::vector<std::string>& words) const {
    std::vector<std::string> argv = {"setpriv", "--pdeathsig", "KILL", "apt-get", "--quiet",
                                     "--yes", "--config-file=" + configuration_};
    argv.insert(argv.end(), words.begin(), words.end());
    os::run_checked({.argv = argv,
                     .directory = place_.path() + "/archives",
                     .environment = {{"LC_ALL", "C.UTF-8"}, {"DEBIAN_FRONTEND", "noninteractive"}},
                     .deadline = patience});
  }

  std::vector<std::string> fetched() const {
    return os::glob(place_.path() + "/archives/*.deb");
  }

 private:
  // Read last, so that it stands above this machine's own (its proxies count, its hooks do not).
  std::string text() const {
    const std::string& place = place_.path();
    return "Dir::State::lists \"" + lists_ + "\";\nDir::State::status \"" + place +
           "/status\";\nDir::State::extended_states \"" + place +
           "/extended_states\";\nDir::Cache::archives \"" + place +
           "/archives\";\nDir::Etc::sourceparts \"" + place + "/sources\";\n" + settings;
  }

  std::string lists_;
  os::TemporaryDirectory place_;
  const std::string configuration_ = place_.path() + "/apt.conf";
};

// "1%3a2.6.2-4" is "1:2.6.2-4", as apt writes versions in names of files.
std::string decoded(const std::string& text) { return base::replace_all(text, "%3a", ":"); }

// "nfs-common_1%3a2.6.2-4_amd64.deb".
LockedPackage named_by_file(const std::string& path, const std::string& digest) {
  std::string name = path.substr(path.rfind('/') + 1);
  name.erase(name.size() - 4);
  const std::vector<std::string> words = base::split(name, '_');
  if (words.size() != 3)
    throw Error(Kind::failed, "apt gave a package the name '" + name + "', which has no version");
  return {words[0], decoded(words[1]), words[2], digest};
}

std::string words_of(const LockedPackage& package) {
  return "'" + package.name + "' " + package.version;
}

[[noreturn]] void fail(const std::string& doing, const std::string& path, std::error_code code) {
  throw Error(Kind::failed, "cannot " + doing + " '" + path + "': " + code.message());
}

// A paragraph of a control file, with what an index says beside it.
std::string index_entry(const std::string& path, const LockedPackage& package) {
  const std::string control = os::run_checked({.argv = {"dpkg-deb", "--field", path}});
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(path, code);
  if (code) fail("look at", path, code);
  return std::string(base::trim(control)) + "\nFilename: ./" + path.substr(path.rfind('/') + 1) +
         "\nSize: " + std::to_string(size) +
         "\nSHA256: " + package.digest + "\n\n";
}

}  // namespace

PackageLock lock_packages(const Definition& definition, const Store& store, std::int64_t epoch,
                          const Progress& progress) {
  const Apt apt(definition, store);
  progress("asking the mirror for packages of '" + definition.suite + "'");
  apt.run({"update"});
  // What mmdebstrap takes as its base, beside what the image asks for.
  std::vector<std::string> words = {"--download-only", "install",  "apt", "?essential",
                                    "?priority(required)", definition.kernel};
  words.insert(words.end(), definition.packages.begin(), definition.packages.end());
  apt.run(words);
  PackageLock lock{epoch, {}};
  for (const std::string& path : apt.fetched())
    lock.packages.push_back(named_by_file(path, store.keep_package(path)));
  std::ranges::sort(lock.packages);
  progress("fetched " + std::to_string(lock.packages.size()) + " packages");
  return lock;
}

void fetch_packages(const Definition& definition, const PackageLock& lock, const Store& store,
                    const Progress& progress) {
  std::vector<LockedPackage> missing;
  for (const LockedPackage& package : lock.packages)
    if (!os::is_file(store.package_path(package.digest))) missing.push_back(package);
  if (missing.empty()) return;
  progress("fetching " + std::to_string(missing.size()) + " packages of the lock");
  const Apt apt(definition, store);
  apt.run({"update"});
  std::vector<std::string> words = {"download"};
  for (const LockedPackage& package : missing)
    words.push_back(package.name + "=" + package.version);
  const auto hint = "build it without --locked, or give it a mirror that keeps old packages";
  try {
    apt.run(words);
  } catch (Error& error) {
    throw error.set_hint(hint);
  }
  for (const std::string& path : apt.fetched()) store.keep_package(path);
  for (const LockedPackage& package : missing)
    if (!os::is_file(store.package_path(package.digest)))
      throw Error(Kind::failed, "the mirror has package " + words_of(package) +
                                    " with other bytes than the lock says")
          .set_hint(hint);
}

void write_repository(const PackageLock& lock, const Store& store, const std::string& directory) {
  os::make_directories(directory);
  std::string index;
  for (const LockedPackage& package : lock.packages) {
    const std::string kept = store.package_path(package.digest);
    if (!os::is_file(kept) || crypto::file_digest("sha256", kept) != package.digest)
      throw Error(Kind::failed, "package " + words_of(package) + " is damaged in the store")
          .set_hint("remove '" + kept + "', it will be fetched again");
    const std::string path = directory + "/" + package.name + "_" +
                             base::replace_all(package.version, ":", "%3a") + "_" +
                             package.architecture + ".deb";
    // Of the store's own file system: no copy is needed.
    std::error_code code;
    std::filesystem::create_hard_link(kept, path, code);
    if (code) fail("create", path, code);
    index += index_entry(path, package);
  }
  os::write_file(directory + "/Packages", index);
}

}  // namespace provisioner::image
