// One file to one node: compared by digest first, sent only if it differs.

#include "provisioner/engine/action/send_file.h"

#include "provisioner/base/os/files.h"
#include "provisioner/engine/action/results.h"

namespace provisioner::action {
namespace {

using value::Dict;

// Up to this size the bytes go with the first request: asking first would cost more.
constexpr std::uint64_t small = 32 * 1024;
// Texts up to this size have a diff, as in Ansible: it needs the bytes on the node.
constexpr std::uint64_t largest_diff = 104'448;

bool would_change(const Reply& reply) { return reply.outcome.ending == wire::Ending::changed; }

bool goes_inline(const Context& context, const SourceFile& source) {
  return source.size <= (context.diff ? largest_diff : small);
}

Dict with_bytes(Dict arguments, const SourceFile& source) {
  arguments.set("content", source.is_in_memory ? source.bytes : os::require_file(source.path));
  return arguments;
}

// Without its bytes a file is described by its digests.
Dict with_digests(Dict arguments, const SourceFile& source) {
  arguments.set("_digest", source.sha256);
  arguments.set("_checksum", source.sha1);
  arguments.set("_size", static_cast<std::int64_t>(source.size));
  return arguments;
}

}  // namespace

Steps<Reply> send_file(Context& context, SourceFile source, Dict arguments, std::string name) {
  if (!name.empty()) arguments.set("_original_basename", name);
  if (!source.path.empty()) arguments.set("_source", source.path);
  CallModule call;
  call.module = "copy";
  if (goes_inline(context, source)) {
    call.arguments = with_bytes(std::move(arguments), source);
    Reply reply = co_await std::move(call);
    co_return reply;
  }
  call.arguments = with_digests(std::move(arguments), source);
  CallModule look = call;
  look.force_check = true;
  Reply seen = co_await std::move(look);
  if (context.check || !would_change(seen)) co_return seen;
  transport::Blob blob;
  blob.digest = source.sha256;
  if (source.is_in_memory)
    blob.bytes = std::move(source.bytes);
  else
    blob.path = source.path;
  call.blobs.push_back(std::move(blob));
  Reply reply = co_await std::move(call);
  co_return reply;
}

}  // namespace provisioner::action
