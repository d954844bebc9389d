"""The engines that judge documents, in one vocabulary of rules."""
