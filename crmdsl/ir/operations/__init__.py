"""Operations: the working weeks, the people and the shares of work that load, queues and simulation reckon with."""
