// Packages and files of a lab's site.

#include "provisioner/machine/lab/machines/site_services.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::lab {
namespace {

using base::Error;
using base::Kind;

constexpr std::uint16_t package_port = 8070;

std::string exports_directory(const std::string& directory) {
  return os::join_path(directory, "exports");
}

// Only what lies in the folder itself; apt asks for "/./Packages".
http::Answer package_file(const std::string& folder, const http::Call& call) {
  const std::string name = call.path.substr(call.path.rfind('/') + 1);
  if (call.method == "POST") return {.status = 405};
  const std::string path = os::join_path(folder, name);
  os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (name.empty() || !file.is_open() || ::fstat(file.number(), &status) != 0 ||
      !S_ISREG(status.st_mode))
    return {.status = 404};
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return {.content_type = "application/octet-stream",
          .file = http::FileBody{std::move(file), size}};
}

// https://github.com/nfs-ganesha/nfs-ganesha/wiki/Ganesha-config: version 4 alone needs no
// rpcbind; without a grace period clients of a server that is begun anew go on at once.
std::string ganesha_settings(const std::string& directory, const std::string& controller,
                             const SiteServices& services) {
  std::string text = fmt::format(
      "NFS_CORE_PARAM {{ Bind_addr = {}; NFS_Protocols = 4; Enable_NLM = false; "
      "Enable_RQUOTA = false; }}\n"
      "NFSv4 {{ Grace_Period = 0; Minor_Versions = 1, 2; }}\n",
      controller);
  int number = 0;
  for (const Export& one : services.exports)
    text += fmt::format(
        "EXPORT {{ Export_Id = {}; Path = \"{}{}\"; Pseudo = \"{}\"; Access_Type = {}; "
        "Squash = No_Root_Squash; SecType = sys; Protocols = 4; Transports = TCP; "
        "FSAL {{ Name = VFS; }} }}\n",
        ++number, exports_directory(directory), one.path, one.path, one.is_read_only ? "RO" : "RW");
  return text;
}

[[noreturn]] void fail_home(const Home& home) {
  throw Error(Kind::failed, fmt::format("cannot make '{}' for {}: {}", home.path, home.uid,
                                        std::generic_category().message(errno)));
}

// Part by part and through no link: root of a machine may have put one there.
void make_home(const std::string& exports, const Home& home) {
  constexpr int folder_alone = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  os::Descriptor place(::open(exports.c_str(), folder_alone));
  for (const std::string& part : base::split(home.path.substr(1), '/')) {
    if (::mkdirat(place.number(), part.c_str(), 0755) != 0 && errno != EEXIST) fail_home(home);
    place = os::Descriptor(::openat(place.number(), part.c_str(), folder_alone));
    if (!place.is_open()) fail_home(home);
  }
  if (::fchmod(place.number(), 0750) != 0 ||
      ::fchown(place.number(), static_cast<uid_t>(home.uid), static_cast<gid_t>(home.gid)) != 0)
    fail_home(home);
}

}  // namespace

value::Value to_value(const SiteServices& services) {
  value::List exports, homes;
  for (const Export& one : services.exports)
    exports.emplace_back(value::Dict{{"path", one.path}, {"is_read_only", one.is_read_only}});
  for (const Home& home : services.homes)
    homes.emplace_back(value::Dict{{"path", home.path}, {"uid", home.uid}, {"gid", home.gid}});
  return value::Dict{{"exports", std::move(exports)}, {"homes", std::move(homes)}};
}

SiteServices site_services_of(const value::Value& written) {
  SiteServices services;
  if (const value::Value* exports = written.find("exports"); exports && exports->is_list())
    for (const value::Value& one : exports->list())
      services.exports.push_back(
          {value::text_or(one, "path", ""), value::boolean_or(one, "is_read_only", false)});
  if (const value::Value* homes = written.find("homes"); homes && homes->is_list())
    for (const value::Value& home : homes->list())
      services.homes.push_back({value::text_or(home, "path", ""), value::integer_or(home, "uid", 0),
                                value::integer_or(home, "gid", 0)});
  return services;
}

std::string package_source(const std::string& controller) {
  return fmt::format("deb [trusted=yes] http://{}:{}/ ./", controller, package_port);
}

http::Server serve_packages(const std::string& controller, const std::string& base_tree) {
  const std::string folder = base_tree + "/srv/mirror";
  const http::Server::Settings settings{.address = controller, .port = package_port};
  return {settings, [folder](const http::Call& call) { return package_file(folder, call); },
          [](const std::string&) {}};
}

os::Child serve_files(const std::string& directory, const std::string& controller,
                      const SiteServices& services) {
  const std::string exports = exports_directory(directory);
  for (const Export& one : services.exports) os::make_directories(exports + one.path, 0755);
  for (const Home& home : services.homes) make_home(exports, home);
  const std::string settings = os::join_path(directory, "nfs.conf");
  os::write_file(settings, ganesha_settings(directory, controller, services));
  return os::spawn({.argv = {"setpriv", "--pdeathsig", "KILL", "ganesha.nfsd", "-F", "-f", settings,
                             "-L", os::join_path(directory, "nfs.log"), "-p",
                             os::join_path(directory, "nfs.pid")},
                    .inherit_output = true});
}

}  // namespace provisioner::lab
