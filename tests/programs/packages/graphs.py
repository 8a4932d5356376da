"""networkx: paths, trees, flows, colours, centrality."""
import networkx as nx

graph = nx.Graph()
graph.add_weighted_edges_from([('a', 'b', 4), ('a', 'c', 2), ('b', 'c', 1), ('b', 'd', 5), ('c', 'd', 8), ('c', 'e', 10), ('d', 'e', 2), ('d', 'z', 6), ('e', 'z', 3)])
print(graph, nx.dijkstra_path(graph, 'a', 'z'), nx.shortest_path_length(graph, 'a', 'z', weight='weight'))
print(sorted(nx.minimum_spanning_edges(graph, data=False)), dict(nx.all_pairs_shortest_path_length(graph))['a'])
print({node: round(value, 6) for node, value in nx.betweenness_centrality(graph, weight='weight').items()})
print(nx.greedy_color(graph), list(nx.bfs_edges(graph, 'a')), list(nx.dfs_preorder_nodes(graph)), nx.diameter(graph), nx.is_bipartite(graph))
print(list(nx.find_cliques(nx.karate_club_graph()))[:5], nx.transitivity(nx.karate_club_graph()), nx.average_clustering(nx.karate_club_graph()))
flow = nx.DiGraph()
flow.add_edge('s', 'a', capacity=3)
flow.add_edge('s', 'b', capacity=2)
flow.add_edge('a', 't', capacity=2)
flow.add_edge('b', 't', capacity=3)
flow.add_edge('a', 'b', capacity=1)
print(nx.maximum_flow(flow, 's', 't'), nx.minimum_cut(flow, 's', 't'), list(nx.topological_sort(flow)), nx.is_directed_acyclic_graph(flow))
random = nx.gnp_random_graph(40, 0.1, seed=7)
print(random.edges, [len(part) for part in nx.connected_components(random)], nx.core_number(random))
print(nx.to_dict_of_lists(nx.petersen_graph()), nx.is_isomorphic(nx.petersen_graph(), nx.kneser_graph(5, 2)) if hasattr(nx, 'kneser_graph') else '')
print(*nx.generate_gml(nx.path_graph(3)), *nx.generate_graphml(nx.path_graph(3)), *nx.generate_adjlist(nx.cycle_graph(4)), sep='\n')
try:
    nx.shortest_path(nx.Graph([(1, 2), (3, 4)]), 1, 4)
except nx.NetworkXNoPath as problem:
    print(problem)
