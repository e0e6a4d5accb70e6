package dev.millwright.k8s.usage;

import dev.millwright.k8s.model.Quantity;

/** What one container used at one moment. @param cpu cores @param memory bytes of its working set */
public record Sample(String pod, String container, Quantity cpu, Quantity memory, String at) {}
