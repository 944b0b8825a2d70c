// One file to one node: compared by digest first, sent only if it differs.

#include "provisioner/engine/action/send_file.h"

#include "provisioner/engine/action/results.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::Value;

// Larger texts have no diff, as in Ansible.
constexpr std::uint64_t largest_diff = 104'448;

constexpr std::uint64_t inline_limit = 32 * 1024;

bool would_change(const Reply& reply) { return reply.outcome.ending == wire::Ending::changed; }

// Without its bytes a file is described by its digests.
Dict described(const SourceFile& source, const Dict& arguments, const std::string& name) {
  Dict all = arguments;
  all.set("_original_basename", name);
  if (!source.path.empty()) all.set("_source", source.path);
  all.set("_digest", source.sha256);
  all.set("_checksum", source.sha1);
  all.set("_size", static_cast<std::int64_t>(source.size));
  return all;
}

}  // namespace

Steps<Reply> send_file(Context& context, SourceFile source, Dict arguments, std::string name) {
  const bool has_diff = context.diff && source.size <= largest_diff;
  CallModule call;
  call.module = "copy";
  call.arguments = described(source, arguments, name);
  if (source.is_in_memory && source.size <= inline_limit) {
    call.arguments.set("content", source.bytes);
    Reply reply = co_await std::move(call);
    co_return reply;
  }
  const transport::Blob blob{source.sha256, source.is_in_memory ? "" : source.path,
                             source.is_in_memory ? source.bytes : ""};
  if (!has_diff) {
    CallModule look = call;
    look.force_check = true;
    Reply seen = co_await std::move(look);
    if (!would_change(seen) || context.check) co_return seen;
  }
  call.blobs.push_back(blob);
  Reply reply = co_await std::move(call);
  co_return reply;
}

}  // namespace provisioner::action
