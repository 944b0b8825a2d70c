// What a node's RAM disk is told (docs/bare-metal.md).

#include "provisioner/machine/reimage/deploy_order.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/reimage/boot_forms.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;

constexpr std::int64_t most_words = 500;  // of the kernel's command line, for us alone

// Where an inventory has no schema, nobody has looked at these before.
void require_form(const inventory::Node& node, const std::string& text, const char* form,
                  const char* what) {
  if (text.empty() || has_boot_form(text, form)) return;
  throw Error(Kind::input,
              fmt::format("{}: its {} '{}' cannot stand in a boot script", node.name, what,
                          base::one_line(text)),
              node.pos);
}

void require_names(const inventory::Node& node) {
  constexpr auto form = inventory::Form::link_name;
  for (const inventory::Interface& port : node.network.interfaces)
    if (!port.mac.empty() && !inventory::has_form(form, port.name))
      throw Error(Kind::input,
                  fmt::format("{}: an interface cannot be called '{}': that is not {}", node.name,
                              base::one_line(port.name), describe(form)),
                  node.pos);
}

BootOrder order_for(const inventory::Node& node, const image::BootFiles& files, Errand errand) {
  const BootPort port = boot_port(node);
  if (node.deploy.kernel_arguments.size() > most_words)
    throw Error(Kind::input, node.name + ": its kernel arguments are too long", node.pos);
  require_names(node);
  require_form(node, node.deploy.kernel_arguments, kernel_words_form, "kernel arguments");
  for (const std::string& mac : port.macs) require_form(node, mac, mac_form, "MAC address");
  require_form(node, port.address, address_form, "address to boot with");
  require_form(node, port.gateway, gateway_form, "gateway to boot with");
  return {.errand = errand,
          .macs = port.macs,
          .address = port.address,
          .gateway = port.gateway,
          .rack = node.hardware.rack,
          .kernel = files.kernel,
          .ram_disk = files.ram_disk,
          .arguments = node.deploy.kernel_arguments,
          .deploy = Dict{}};
}

List files_of(const inventory::Node& node, const FirstUser& user) {
  List files;
  for (const FirstFile& file : first_files(node, user))
    files.emplace_back(
        Dict{{"path", file.path}, {"mode", file.mode}, {"content", file.content}});
  return files;
}

}  // namespace

bool names_switches(const inventory::Node& node) {
  return std::ranges::any_of(node.network.interfaces,
                             [](const auto& port) { return !port.switch_name.empty(); });
}

BootOrder look_order(const inventory::Node& node, const image::BootFiles& files) {
  BootOrder order = order_for(node, files, Errand::look);
  order.listens = names_switches(node);
  return order;
}

namespace {

// An imported image does not say what it has; the node looks before it makes the mirror.
void require_mdadm(const chunk::Manifest& image) {
  if (image.packages.empty() || std::ranges::find(image.packages, "mdadm", &chunk::Package::name) !=
                                    image.packages.end())
    return;
  throw Error(Kind::input, "'" + image.name + " " + image.version +
                               "' cannot start a mirror: it has no package 'mdadm'")
      .set_hint("add it to packages in the image's image.yml, and build it anew");
}

}  // namespace

BootOrder write_order(const inventory::Node& node, const image::StoredImage& image,
                      const image::BootFiles& files, const DiskPlan& disks,
                      const FirstUser& user) {
  const bool is_mirror = node.deploy.layout == inventory::Deploy::Layout::mirror;
  const std::vector<const DiskFate*> erased = disks.erased();
  if (erased.size() != (is_mirror ? 2U : 1U) || !disks.problems.empty())
    throw Error(Kind::bug, "an order was asked for a plan with problems");
  List others;
  for (const DiskFate& fate : disks.disks)
    if (!fate.is_erased) others.push_back(expected(fate.disk));
  BootOrder order = order_for(node, files, Errand::write);
  Dict deploy{{"manifest", image.digest},
              {"signature", base::base64_encode(image.signature)},
              {"disk", expected(erased.front()->disk)},
              {"others", std::move(others)},
              {"layout", is_mirror ? "mirror" : "single"},
              {"cache_gib", node.deploy.cache_gib},
              {"host_name", node.network.hostname.empty() ? node.name
                                                                  : node.network.hostname},
              {"files", files_of(node, user)},
              {"key_types", List{"ed25519"}}};
  if (is_mirror) {
    require_mdadm(image.manifest);
    deploy.set("second_disk", expected(erased.back()->disk));
  }
  order.deploy = std::move(deploy);
  return order;
}

}  // namespace provisioner::reimage
