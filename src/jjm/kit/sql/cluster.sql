create database jjm;

