// PortBlock: the ten consecutive ports of one suite, kept for whoever took them. Looking whether
// ports are free is not enough: what starts at the same time looks too, before either listens.

#ifndef ONETHING_TOOLS_ONETHING_PORT_BLOCK_H_
#define ONETHING_TOOLS_ONETHING_PORT_BLOCK_H_

#include "absl/status/statusor.h"

namespace onething::tool {

// Five for services and five for metrics.
inline constexpr int kPortsPerSuite = 10;

// Movable; the ports are kept until it ends, or its process. Not inherited by children.
class PortBlock {
 public:
  // The block at `first_port`, or, when that is 0, a free one that no other process has taken in
  // this way. What the caller names is looked at, but not kept: blocks so named may touch each
  // other. FAILED_PRECONDITION when a port is in use or no block is left.
  static absl::StatusOr<PortBlock> Take(int first_port);

  ~PortBlock();
  PortBlock(PortBlock&& other) noexcept;
  PortBlock& operator=(PortBlock&&) = delete;

  int first() const { return first_; }

 private:
  PortBlock(int first, int guard) : first_(first), guard_(guard) {}

  int first_;
  // A socket bound to the port after the last, which nobody else can have then; -1 for none.
  int guard_;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_PORT_BLOCK_H_
