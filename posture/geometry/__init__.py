"""Body frame, joints and the outline of the trunk."""
