#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/http/server.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/value.h"

namespace provisioner::lab {

// A folder that the site's file server gives out, under its own path: "/project".
struct Export {
  std::string path;
  bool is_read_only = false;
};

// A folder that is there already, as a site's homes are.
struct Home {
  std::string path;  // "/home/ops", below an export
  std::int64_t uid = 0, gid = 0;
};

// What machines find at their site's controller beside their boot.
struct SiteServices {
  std::vector<Export> exports;
  std::vector<Home> homes;
};

value::Value to_value(const SiteServices& services);
SiteServices site_services_of(const value::Value& written);

// The line of sources.list(5) for the packages of a lab whose controller has that address.
std::string package_source(const std::string& controller);

// Gives out the packages of a base over HTTP. Throws Error(failed) where the address is taken.
http::Server serve_packages(const std::string& controller, const std::string& base_tree);

// NFS 4 by nfs-ganesha on the controller's address, out of folders in the lab's directory, which it
// makes. Its process id stands in "nfs.pid" there. Throws Error(failed).
os::Child serve_files(const std::string& directory, const std::string& controller,
                      const SiteServices& services);

}  // namespace provisioner::lab
