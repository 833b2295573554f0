"""Engines: how the documents of a raw folder are spread over processes and kept between runs.

* :mod:`~pipeline.engines.digests`: what each stage reads, as a digest;
* :mod:`~pipeline.engines.manifest`: which document, under which digests, lies in which part; the lock; recovery after
  a kill;
* :mod:`~pipeline.engines.parts`: make one part of tables, from raw documents or from stored tables;
* :mod:`~pipeline.engines.plan`: what is new, changed, removed or stale, as tasks; what is merged when they are done;
* :mod:`~pipeline.engines.local`: tasks on worker processes of this machine;
* :mod:`~pipeline.engines.serial`: tasks in this very process.

An engine is a function from tasks to the records of the parts they made; the stages never know where they run.
"""
