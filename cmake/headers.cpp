// Nothing but what is precompiled (Warnings.cmake).
