// provisioner registry adopt: a registry that a site has already.

#include "provisioner/front/cluster/registry_adopt.h"

#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/exit_meanings.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Value;

std::vector<registry::Upstream> upstreams_of(const RegistrySite& site) {
  std::vector<registry::Upstream> upstreams;
  if (site.proxies.is_none()) return upstreams;
  const auto refuse = [&](const Value& at) {
    return Error(Kind::input, "'registry_proxies' is a list of {name: docker.io, url: https://...}",
                 at.pos());
  };
  if (!site.proxies.is_list()) throw refuse(site.proxies);
  for (const Value& entry : site.proxies.list()) {
    registry::Upstream one{value::text_or(entry, "name", ""), value::text_or(entry, "url", "")};
    if (one.name.empty() || one.url.empty()) throw refuse(entry);
    upstreams.push_back(std::move(one));
  }
  return upstreams;
}

}  // namespace

std::unique_ptr<registry::RegistryDriver> driver_of(const RegistrySite& site) {
  if (site.is_ours())
    throw Error(Kind::usage, "'" + site.name + "' is this site's own registry")
        .set_hint(
            "`cluster up` has it run; of one that others look after the inventory says what "
            "it is: registry_kind");
  registry::Access access = own_access(site);
  // One connection for all calls; the driver and it end together.
  const auto client = std::make_shared<http::Client>(access.trust);
  return registry::open_driver(
      site.kind, {.url = access.url,
                  .account = *access.account,
                  .ask = [client](const http::Request& request) { return client->send(request); }});
}

int adopt_registry(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const auto driver = driver_of(site);
  const std::vector<registry::Upstream> upstreams = upstreams_of(site);
  const std::vector<std::string> troubles = driver->troubles();
  for (const std::string& trouble : troubles) std::cout << trouble << "\n";
  if (!troubles.empty()) return cli::exit_not_so;
  using registry::Readers;
  for (const auto& [project, readers] :
       {std::pair("incoming", Readers::named), std::pair("vetted", Readers::everybody),
        std::pair("mirror", Readers::everybody)})
    std::cout << (driver->have_project(project, readers) ? "made " : "has ") << project << "/\n";
  for (const registry::Upstream& upstream : upstreams)
    std::cout << (driver->have_proxy(upstream) ? "made " : "has ") << upstream.name << "/, from "
              << upstream.url << "\n";
  if (!upstreams.empty()) std::cout << "nodes ask there from the next `cluster up` on\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
