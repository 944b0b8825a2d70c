// P-9: room for notebooks' images.

#include "provisioner/platform/gates/notebook_images.h"

#include "provisioner/base/base/counted.h"

namespace provisioner::gates {
namespace {

constexpr unsigned to_gib = 30;
constexpr std::uint64_t usual_gib = 50;  // of a few releases
constexpr const char* what = "room for images";
constexpr const char* hint =
    "a larger disk for /var/lib/containerd (deploy.cache_gib), or fewer images: phalanx_prepulled";

Line line_of(const NotebookNode& node, std::size_t images) {
  if (!node.free)
    return wrong(what, "it does not answer, or has no /var/lib/containerd",
                 look_at_machine(node.name), node.name);
  const std::string counted = base::counted(images, "image");
  if (node.lack) return wrong(what, "for " + counted + " " + *node.lack, hint, node.name);
  if (images > 0) return right(counted + " that are pulled before fit", node.name);
  const std::uint64_t gib = *node.free >> to_gib;
  if (gib >= usual_gib) return right(what, node.name);
  return wrong(what,
               std::to_string(gib) +
                   " GiB are free for images, and a few releases of the notebook image need " +
                   std::to_string(usual_gib),
               hint, node.name);
}

}  // namespace

std::vector<Line> lines_of(const std::vector<NotebookNode>& nodes, std::size_t images,
                           const std::string& unknown) {
  std::vector<Line> lines;
  for (const NotebookNode& node : nodes) lines.push_back(line_of(node, images));
  if (images == 0 && !nodes.empty())
    lines.push_back({.what = unknown + ": " + std::to_string(usual_gib) +
                             " GiB stand for what is pulled before"});
  return lines;
}

}  // namespace provisioner::gates
